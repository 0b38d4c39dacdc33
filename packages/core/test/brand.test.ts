import { expect } from 'chai';
import { brand } from '../src/brand.ts';

/** Copies a class, as in a process that loads a package twice. */
function load() {
  class Late extends Error {
    static {
      brand(this, 'Late');
    }
  }
  class VeryLate extends Late {}
  return { Late, VeryLate };
}

describe('a branded error', () => {
  it('is an instance of every copy of its class', () => {
    const [one, other] = [load(), load()];

    expect(new one.Late()).to.be.instanceOf(other.Late).and.instanceOf(one.Late).and.instanceOf(Error);
    expect(new one.VeryLate()).to.be.instanceOf(other.Late);
  });

  it('is not an instance of a subclass, and others are not instances of its class', () => {
    const { Late, VeryLate } = load();

    expect(new Late()).to.not.be.instanceOf(VeryLate);
    expect(new VeryLate()).to.be.instanceOf(VeryLate);
    for (const value of [new Error(), {}, null, 'Late']) expect(value instanceof Late).to.equal(false);
  });
});
