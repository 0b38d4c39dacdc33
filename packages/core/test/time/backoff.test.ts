import { expect } from 'chai';
import { backoffMs } from '../../src/time/backoff.ts';

describe('backoffMs', () => {
  const limits = { firstMs: 100, capMs: 5_000 };

  it('doubles with each failure, up to a cap', () => {
    const delays = [1, 2, 3, 6, 7, 5_000].map((n) => backoffMs(n, { ...limits, random: () => 0 }));

    expect(delays).to.deep.equal([100, 200, 400, 3200, 5000, 5000]);
  });

  it('is shortened by up to half', () => {
    expect(backoffMs(1, { ...limits, random: () => 0.5 })).to.equal(75);
    expect(backoffMs(1, { ...limits, random: () => 0.999 })).to.equal(50);
  });
});
