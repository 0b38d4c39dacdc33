import { expect } from 'chai';
import { decodeData, decodeRaw, encodeData, rawOf } from '../../src/contract/encoded-data.ts';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('encoded data', () => {
  it('carries any bytes as base64', () => {
    for (const length of [0, 1, 2, 3, 255]) {
      const body = Buffer.from(Array.from({ length }, (_, index) => index));

      expect(decodeData(encodeData(body, 'base64'), 'base64')).to.deep.equal(body);
    }
  });

  it('carries text as a string', () => {
    const text = 'a;"b"\r\n\u0000\u{1f600}é';

    const data = encodeData(Buffer.from(text), 'text');

    expect(JSON.parse(String(data))).to.equal(text);
    expect(decodeData(data, 'text')).to.equal(text);
  });

  it('is JSON if nothing else is said', () => {
    expect(decodeData(json({ a: 'aGk=' }), undefined)).to.deep.equal({ a: 'aGk=' });
    expect(() => decodeData(Buffer.from([0x22, 0xff, 0x22]), undefined)).to.throw(SyntaxError, 'UTF-8');
  });

  it('accepts escapes, which other programs write', () => {
    expect(decodeData(Buffer.from('"\\/\\/8="'), 'base64')).to.deep.equal(Buffer.from([0xff, 0xff]));
  });

  for (const wrong of [
    'a',
    'aGk',
    'aGk=\n',
    'aG k=',
    '_-8=',
    '====',
    'a===',
    'aGk=aGk=',
    'é===',
    7,
    null,
    ['aGk='],
  ]) {
    it(`refuses ${JSON.stringify(wrong)} as base64`, () => {
      expect(() => decodeData(json(wrong), 'base64')).to.throw(SyntaxError);
    });
  }

  it('returns the body as sent, without sending it twice where it follows from the data', () => {
    const body = Buffer.from('{"a":1.0}');
    const padded = Buffer.from(' {}\n');
    const text = { data: encodeData(body, 'text'), encoding: 'text' } as const;
    const bytes = { data: encodeData(body, 'base64'), encoding: 'base64' } as const;

    for (const content of [{ data: body }, text, bytes]) {
      expect(String(rawOf(body, content))).to.equal('true');
      expect(decodeRaw(rawOf(body, content), content)).to.deep.equal(body);
    }
    for (const [sent, data] of [
      [padded, padded],
      [Buffer.alloc(0), json({})],
      [body, json({ a: 1, b: 2 })],
    ] as const) {
      expect(decodeRaw(rawOf(sent, { data }), { data })).to.deep.equal(sent);
    }
    for (const wrong of ['false', 'null', '{}']) {
      expect(() => decodeRaw(Buffer.from(wrong), { data: body }), wrong).to.throw(SyntaxError, 'raw');
    }
  });

  it('decodes the longest body of a message in time proportional to its length', () => {
    const body = Buffer.alloc(12_000_000, 7);
    const data = encodeData(body, 'base64');

    expect((decodeData(data, 'base64') as Buffer).equals(body)).to.equal(true);
    data[data.length - 2] = 0x21;
    expect(() => decodeData(data, 'base64')).to.throw(SyntaxError, 'not base64');
  });
});
