import { expect } from 'chai';
import { findByDigest, sha256 } from '../../src/secrets/digest.ts';

describe('findByDigest', () => {
  const entries = ['a', 'b', 'c', 'd'].map((name) => ({ name, digest: sha256(name) }));

  it('finds the entry with the digest', () => {
    expect(findByDigest(entries, sha256('b'))?.name).to.equal('b');
    expect(findByDigest(entries, sha256('x'))).to.equal(undefined);
  });

  it('compares every entry, wherever the right one is and whether or not there is one', () => {
    const counts = ['a', 'd', 'x'].map((name) => {
      let compared = 0;
      findByDigest(entries, sha256(name), (a, b) => {
        compared += 1;
        return a.equals(b);
      });
      return compared;
    });

    expect(counts).to.deep.equal([4, 4, 4]);
  });
});
