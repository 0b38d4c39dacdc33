import { expect } from 'chai';
import { formatAge, formatBytes, formatDuration } from '../src/lib/amounts.ts';

describe('amounts', () => {
  it('of bytes take the unit that keeps them short', () => {
    expect([0, 812, 999, 1_000, 1_449, 81_000_000, 2e9, 5e12].map(formatBytes)).to.deep.equal([
      '0 B',
      '812 B',
      '999 B',
      '1 kB',
      '1.4 kB',
      '81 MB',
      '2 GB',
      '5000 GB',
    ]);
  });

  it('of time that calls take are in milliseconds or seconds', () => {
    expect([0.83, 9.96, 12.4, 999.4, 999.6, 1_240, 61_000].map(formatDuration)).to.deep.equal([
      '0.8 ms',
      '10 ms',
      '12 ms',
      '999 ms',
      '1 s',
      '1.2 s',
      '61 s',
    ]);
  });

  it('of age are in the largest unit', () => {
    expect(
      [-5, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999, 5 * 86_400_000].map(formatAge),
    ).to.deep.equal(['0 s', '59 s', '1 min', '59 min', '1 h', '23 h', '5 d']);
  });
});
