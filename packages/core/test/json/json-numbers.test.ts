import { expect } from 'chai';
import { findUnboundedNumber } from '../../src/json/json-numbers.ts';
import { cpuMsOf } from '../../../../test/support/cpu-time.ts';

function find(json: string): string | undefined {
  return findUnboundedNumber(Buffer.from(json));
}

describe('findUnboundedNumber', () => {
  const digits = '0'.repeat(16_383);
  const bounded = [
    '1e-400',
    '-1.5E-0000000400',
    '[1e400,5e-324]',
    `0.${digits}`,
    '{"e-16384":"1e-16384","a\\"b":"\\\\","c":[1]}',
    `"${'e-9999 '.repeat(3_000)}"`,
    '123456789012345678901234567890',
    'true',
    '',
  ];
  for (const json of bounded) {
    it(`finds nothing in ${json.slice(0, 40)}`, () => {
      expect(find(json)).to.equal(undefined);
    });
  }

  const unbounded = [
    ['1e-401', 'an exponent beyond 400'],
    ['[1,{"a":-0.0E-16384}]', 'an exponent beyond 400'],
    ['0e-16383', 'an exponent beyond 400'],
    ['0e+99999999999999999999', 'an exponent beyond 400'],
    ['1e-0000000000401', 'an exponent beyond 400'],
    ['{"1e1":"\\"","a":1e1000}', 'an exponent beyond 400'],
    [`0.${digits}1`, 'more than 16383 decimal places'],
    [`0.${digits.slice(400)}1e-400`, 'more than 16383 decimal places'],
  ] as const;
  for (const [json, what] of unbounded) {
    it(`finds ${what} in ${json.slice(0, 40)}`, () => {
      expect(find(json)).to.equal(what);
    });
  }

  it('takes time in proportion to the length of any text', () => {
    for (const text of ['e-0', 'e', '0', '"e-999', '1e-399,', '\\']) {
      expect(cpuMsOf(() => find(text.repeat(1_000_000)))).to.be.below(1_500);
    }
  });
});
