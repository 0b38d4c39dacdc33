import { expect } from 'chai';
import { matches, readFields } from '../../src/feed/filter.ts';

const isMatch = (where: string, data: string): boolean =>
  matches(readFields(Buffer.from(where)), readFields(Buffer.from(data)));

describe('a filter', () => {
  for (const [where, data] of [
    ['{}', '{"a":1}'],
    ['{}', '[]'],
    ['{"a":1}', ' { "b" : [1,{"a":2}] , "a" : 1 } '],
    ['{"a":1}', '{"a":1.0}'],
    ['{"a":1}', '{"a":10e-1}'],
    ['{"a":1}', '{"a":0.1E+1}'],
    ['{"a":0}', '{"a":-0.00e9}'],
    ['{"a":-12.5}', '{"a":-125e-1}'],
    ['{"a":1e3}', '{"a":1000}'],
    ['{"a":12345678901234567890}', '{"a":12345678901234567890}'],
    ['{"a":1e999999999999999999}', '{"a":1e999999999999999999}'],
    ['{"a":"ä"}', '{"a":"\\u00e4"}'],
    ['{"a":"/"}', '{"a":"\\/"}'],
    ['{"ä":true}', '{"\\u00e4":true}'],
    ['{"a":null,"b":false}', '{"b":false,"a":null}'],
    ['{"a":2}', '{"a":1,"a":2}'],
    ['{"":"{}"}', '{"":"{}"}'],
  ] as const) {
    it(`${where} matches ${data}`, () => {
      expect(isMatch(where, data)).to.equal(true);
    });
  }

  for (const [where, data] of [
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"a":-1}'],
    ['{"a":1}', '{"a":10}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":"true"}', '{"a":true}'],
    ['{"a":null}', '{}'],
    ['{"a":1}', '{"b":{"a":1}}'],
    ['{"a":1}', '[{"a":1}]'],
    ['{"a":1}', '"a"'],
    ['{"a":1,"b":2}', '{"a":1}'],
    ['{"a":12345678901234567890}', '{"a":12345678901234567891}'],
    ['{"a":1}', '{"a":1,"a":[1]}'],
    ['{"a":""}', '{"a":{}}'],
  ] as const) {
    it(`${where} does not match ${data}`, () => {
      expect(isMatch(where, data)).to.equal(false);
    });
  }
});
