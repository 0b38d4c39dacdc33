import { expect } from 'chai';
import { assert, integer, property, array } from 'fast-check';
import { TokenBuckets } from '../../src/callers/token-buckets.ts';

describe('token buckets', () => {
  it('allow a burst of their size, and then the refilled tokens', () => {
    const buckets = new TokenBuckets({ size: 2, perMs: 1000 });

    const taken = [0, 0, 0, 499, 500, 999, 1000].map((nowMs) => buckets.take('a', nowMs).isAllowed);

    expect(taken).to.deep.equal([true, true, false, false, true, false, true]);
  });

  it('report what is left and when there is more', () => {
    const buckets = new TokenBuckets({ size: 4, perMs: 1000 });

    expect(buckets.take('a', 0)).to.deep.equal({ isAllowed: true, left: 3, nextInMs: 0, fullInMs: 250 });
    for (let call = 0; call < 3; call += 1) buckets.take('a', 0);
    expect(buckets.take('a', 0)).to.deep.equal({ isAllowed: false, left: 0, nextInMs: 250, fullInMs: 1000 });
    expect(buckets.take('a', 100)).to.deep.include({ isAllowed: false, nextInMs: 150 });
  });

  it('are separate, and limited in number', () => {
    const buckets = new TokenBuckets({ size: 1, perMs: 1_000_000, maxBuckets: 3 });
    const take = (key: string) => buckets.take(key, 0).isAllowed;

    expect(['a', 'b', 'c', 'a', 'd', 'a'].map(take)).to.deep.equal([true, true, true, false, true, false]);
    expect(take('b')).to.equal(true);
    expect(buckets.count).to.equal(3);
  });

  it('never allow more than a burst and the refilled tokens', () => {
    assert(
      property(array(integer({ min: 0, max: 300 }), { maxLength: 200 }), (pauses) => {
        const buckets = new TokenBuckets({ size: 5, perMs: 1000 });
        let nowMs = 0;
        let allowed = 0;
        for (const pause of pauses) {
          nowMs += pause;
          if (buckets.take('a', nowMs).isAllowed) allowed += 1;
        }
        expect(allowed).to.be.at.most(5 + (nowMs * 5) / 1000 + 1e-6);
      }),
    );
  });
});
