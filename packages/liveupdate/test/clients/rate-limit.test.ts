import { expect } from 'chai';
import { RateLimit } from '../../src/clients/rate-limit.ts';

describe('RateLimit', () => {
  it('allows a number of events within a second, and the same number in the next', () => {
    const limit = new RateLimit(2);

    const taken = [5_000, 5_001, 5_999, 6_000, 6_001, 6_002].map((nowMs) => limit.take(nowMs));

    expect(taken).to.deep.equal([true, true, false, true, true, false]);
  });
});
