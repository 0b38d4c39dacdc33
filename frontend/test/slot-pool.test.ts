import { expect } from 'chai';
import { array, assert, integer, property, uniqueArray } from 'fast-check';
import { SlotPool } from '../src/lib/slot-pool.ts';

describe('slot pool', () => {
  it('assigns the slot of a removed key to an added one', () => {
    const pool = new SlotPool();
    const [first, second] = pool.assign([2, 1]);

    expect(pool.assign([3, 2])).to.deep.equal([second, first]);
  });

  it('assigns each key a unique slot, keeps it, and makes no more than are needed at once', () => {
    const keys = uniqueArray(integer({ min: 0, max: 30 }), { maxLength: 12 });

    assert(
      property(array(keys, { maxLength: 20 }), (rounds) => {
        const pool = new SlotPool();
        let before = new Map<number, number>();
        for (const round of rounds) {
          const slots = pool.assign(round);
          expect(new Set(slots).size).to.equal(round.length);
          const now = new Map(round.map((key, index) => [key, slots[index] ?? 0]));
          for (const [key, slot] of now) expect(before.get(key) ?? slot).to.equal(slot);
          for (const slot of slots) expect(slot).to.be.within(1, 24);
          before = now;
        }
      }),
    );
  });
});
