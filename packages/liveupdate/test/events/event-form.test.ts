import { expect } from 'chai';
import { encodeEvent, eventForm } from '../../src/events/event-form.ts';

describe('encodeEvent', () => {
  it('writes the data under its id, byte for byte', () => {
    const data = Buffer.from('{"n": 12345678901234567890, "s": "é\\n"}');

    expect(encodeEvent({ id: '0.aa:1', data }).toString()).to.equal(
      'id: 0.aa:1\ndata: {"n": 12345678901234567890, "s": "é\\n"}\n\n',
    );
  });

  for (const lineEnd of ['\n', '\r', '\r\n']) {
    it(`gives each line of data a separate field, where they end in ${JSON.stringify(lineEnd)}`, () => {
      const data = Buffer.from(`{${lineEnd}  "a": 1${lineEnd}}`);

      expect(encodeEvent({ event: 'x', data }).toString()).to.equal(
        'event: x\ndata: {\ndata:   "a": 1\ndata: }\n\n',
      );
    });
  }
});

describe('eventForm', () => {
  it('declares a loss as a separate event', () => {
    expect(String(eventForm.gap('messages', { from: 1, to: 2, why: 'slow' }))).to.equal(
      'event: gap\ndata: {"feed":"messages","from":1,"to":2,"why":"slow"}\n\n',
    );
  });

  it('sends a position as an id and nothing else', () => {
    expect(String(eventForm.position('messages', '0.aa:1'))).to.equal('id: 0.aa:1\n\n');
  });
});
