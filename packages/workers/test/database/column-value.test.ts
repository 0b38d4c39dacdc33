import { expect } from 'chai';
import { columnText, isMisfit } from '../../src/database/column-value.ts';

type Type = Parameters<typeof columnText>[0];

const fitting: readonly (readonly [type: Type, json: string, text: string | null])[] = [
  ['text', '"a\\u00e9 \\ud83d\\ude00"', 'aé 😀'],
  ['text', '12345678901234567890.10', '12345678901234567890.10'],
  ['text', 'true', 'true'],
  ['text', 'null', null],
  ['jsonb', 'null', null],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['bigint', '"-9223372036854775808"', '-9223372036854775808'],
  ['bigint', '"007"', '7'],
  ['bigint', '12.00', '12'],
  ['bigint', '1.5e3', '1500'],
  ['bigint', '1500e-2', '15'],
  ['bigint', '0e-5', '0'],
  ['integer', '-2147483648', '-2147483648'],
  [
    'numeric',
    '1234567890123456789012345678901234567890.000100',
    '1234567890123456789012345678901234567890.000100',
  ],
  ['numeric', '"-0.10"', '-0.10'],
  ['numeric', '1e400', '1e400'],
  ['double precision', '5e-324', '5e-324'],
  ['double precision', '0e5', '0'],
  ['boolean', 'false', 'false'],
  ['boolean', '"true"', 'true'],
  ['timestamptz', '"2026-02-28t23:59:60.123456z"', '2026-02-28t23:59:60.123456z'],
  ['timestamptz', '"0001-01-01T00:00:00-15:59"', '0001-01-01T00:00:00-15:59'],
  ['date', '"2024-02-29"', '2024-02-29'],
  ['uuid', '"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"', 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'],
  ['jsonb', '{"a": 1.10}', '{"a": 1.10}'],
];

const misfits: readonly (readonly [type: Type, json: string, code: string])[] = [
  ['text', '"a\\u0000"', '22021'],
  ['text', '"\\ud800"', '22P02'],
  ['text', '{"a":1}', '22P02'],
  ['text', 'abc', '22P02'],
  ['text', '"a\nb"', '22P02'],
  ['bigint', '"abc"', '22P02'],
  ['bigint', '""', '22P02'],
  ['bigint', '" 1"', '22P02'],
  ['bigint', '1.5', '22P02'],
  ['bigint', '15e-2', '22P02'],
  ['bigint', '1180591620717411303424', '22003'],
  ['bigint', '9223372036854775808', '22003'],
  ['bigint', '1e400', '22003'],
  ['bigint', '1e999999999999', '22003'],
  ['bigint', `"${'1'.repeat(100_000)}"`, '22003'],
  ['integer', '2147483648', '22003'],
  ['numeric', '"NaN"', '22P02'],
  ['numeric', '"Infinity"', '22P02'],
  ['numeric', '1e401', '22003'],
  ['numeric', '1e-16384', '22003'],
  ['numeric', '9'.repeat(131_073), '22003'],
  ['double precision', '1e400', '22003'],
  ['double precision', '1e-400', '22003'],
  ['double precision', '"NaN"', '22P02'],
  ['boolean', '"yes"', '22P02'],
  ['boolean', '1', '22P02'],
  ['timestamptz', '"infinity"', '22007'],
  ['timestamptz', '"now"', '22007'],
  ['timestamptz', '"2026-05-01T12:00:00"', '22007'],
  ['timestamptz', '"2026-05-01T24:00:00Z"', '22007'],
  ['timestamptz', '"2026-05-01T12:00:00+16:00"', '22007'],
  ['timestamptz', '"2026-02-29T12:00:00Z"', '22008'],
  ['timestamptz', '1777636800', '22007'],
  ['date', '"2026-13-01"', '22008'],
  ['date', '"0000-01-01"', '22008'],
  ['date', '"1900-02-29"', '22008'],
  ['date', '"01.05.2026"', '22007'],
  ['uuid', '"f81d4fae7dec11d0a76500a0c91e6bf6"', '22P02'],
  ['jsonb', `${'['.repeat(6_000)}${']'.repeat(6_000)}`, '54001'],
  ['jsonb', '[1e-16384]', '22003'],
];

describe('columnText', () => {
  for (const [type, json, text] of fitting) {
    it(`reads ${json.slice(0, 60)} as ${type}`, () => {
      expect(columnText(type, Buffer.from(json))).to.equal(text);
    });
  }

  for (const [type, json, code] of misfits) {
    it(`says that ${json.slice(0, 40).replace(/\s/g, ' ')} does not fit ${type}`, () => {
      const misfit = columnText(type, Buffer.from(json));

      expect(isMisfit(misfit) && misfit.code).to.equal(code);
      expect(isMisfit(misfit) && misfit.text).to.match(/^must /);
    });
  }

  it('says that bytes are not UTF-8', () => {
    const misfit = columnText('text', Buffer.from([0x22, 0xff, 0x22]));

    expect(misfit).to.deep.equal({ code: '22021', text: 'must be UTF-8' });
  });
});
