import { expect } from 'chai';
import { EventParser } from '../../src/following/event-parser.ts';

const stream =
  'retry: 2713\nid: e:1\nevent: ok\ndata: {"at":"e:1"}\n\nid: e:2\ndata: {"a":\ndata: 1}\n\nid: e:3\n\n: comment\r\ndata:x\r\n\r\n';
const events = [
  { retryMs: 2713 },
  { type: 'ok', data: '{"at":"e:1"}', id: 'e:1' },
  { type: 'message', data: '{"a":\n1}', id: 'e:2' },
  { type: '', data: '', id: 'e:3' },
  { type: 'message', data: 'x', id: 'e:3' },
];

describe('EventParser', () => {
  it('parses events, wherever the text is cut', () => {
    for (let size = 1; size <= stream.length; size += 1) {
      const parser = new EventParser();
      const found: unknown[] = [];
      for (let at = 0; at < stream.length; at += size)
        found.push(...parser.push(stream.slice(at, at + size)));

      expect(found).to.deep.equal(events);
    }
  });

  it('refuses an event without an end', () => {
    const parser = new EventParser();
    const line = `data: ${'x'.repeat(1024 * 1024)}\n`;

    expect(() => {
      for (let lines = 0; lines < 100; lines += 1) parser.push(line);
    }).to.throw('without an end');
  });
});
