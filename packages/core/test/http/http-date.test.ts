import { expect } from 'chai';
import { parseHttpDate } from '../../src/http/http-date.ts';

const expected = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('parseHttpDate', () => {
  for (const text of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    it(`reads ${text}`, () => {
      expect(parseHttpDate(text, new Date('2026-01-01'))).to.equal(expected);
    });
  }

  it('reads a year of two digits as one that is at most 50 years ahead', () => {
    const yearOf = (twoDigits: string): number =>
      new Date(
        parseHttpDate(`Monday, 01-Jan-${twoDigits} 00:00:00 GMT`, new Date('2026-06-01')) ?? 0,
      ).getUTCFullYear();

    expect(['26', '76', '77', '99'].map(yearOf)).to.deep.equal([2026, 2076, 1977, 1999]);
  });

  for (const text of [
    '',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 +0200',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    '784111777',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseHttpDate(text)).to.equal(undefined);
    });
  }
});
