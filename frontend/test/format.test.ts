import { expect } from 'chai';
import { formatCount, formatCountOf, formatRate } from '../src/lib/format.ts';

describe('format', () => {
  it('groups the digits of a count', () => {
    expect(formatCount(1_234_567)).to.equal('1,234,567');
  });

  it('makes the noun agree with the count', () => {
    expect(formatCountOf(1, 'message')).to.equal('1 message');
    expect(formatCountOf(0, 'message')).to.equal('0 messages');
  });

  it('writes small rates with one decimal place', () => {
    expect([0, 0.01, 0.2, 1.25, 9.94, 9.96, 12.4, 1_234].map(formatRate)).to.deep.equal([
      '0',
      '< 0.1',
      '0.2',
      '1.3',
      '9.9',
      '10',
      '12',
      '1,234',
    ]);
  });
});
