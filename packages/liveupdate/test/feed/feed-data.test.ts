import { expect } from 'chai';
import { readData } from '../../src/feed/feed-data.ts';

const read = (body: string, payload: Parameters<typeof readData>[1] = 'data'): string =>
  String(readData({ body: Buffer.from(body) }, payload));

describe('the data that a feed passes on', () => {
  for (const [payload, data, passed] of [
    ['data', '{"n": 12345678901234567890,  "f":1.0}', '{"n": 12345678901234567890,  "f":1.0}'],
    ['data', '"text"', '"text"'],
    ['none', '{"a":1}', 'null'],
    [['b', 'a'], '{"a":1.0, "c":{"a":2}, "b" : "x"}', '{"a":1.0,"b":"x"}'],
    [['a'], '{"a":1,"a":[2, 3]}', '{"a":[2, 3]}'],
    [['ä'], '{"\\u00e4":1}', '{"ä":1}'],
    [['a'], '{"b":1}', '{}'],
    [['a'], '{}', '{}'],
    [['a'], '[{"a":1}]', 'null'],
    [['a'], 'null', 'null'],
  ] as const) {
    it(`is ${passed} of ${data} for the payload ${JSON.stringify(payload)}`, () => {
      expect(read(`{"data":${data},"args":null}`, payload)).to.equal(passed);
    });
  }

  for (const body of ['', 'nonsense', '[1]', '{"data":{bad}}', '{"data":01}', '{"data":"\u0001"}']) {
    it(`is none for ${JSON.stringify(body)}`, () => {
      expect(() => read(body)).to.throw(SyntaxError);
      expect(() => read(body, 'none')).to.throw(SyntaxError);
    });
  }

  it('is none for bytes that are not UTF-8', () => {
    expect(() => readData({ body: Buffer.from('{"data":"\xff"}', 'latin1') }, 'data')).to.throw(SyntaxError);
  });

  it('survives nesting a hundred thousand levels deep', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect(read(`{"data":{"deep":${deep},"a":1}}`, ['a'])).to.equal('{"a":1}');
  });
});
