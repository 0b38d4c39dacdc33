import { expect } from 'chai';
import { array, assert, integer, option, property } from 'fast-check';
import { Heap } from '../../src/memory/heap.ts';

const isLower = (a: number, b: number): boolean => a < b;

describe('a heap', () => {
  it('returns items from the lowest to the highest', () => {
    assert(
      property(array(integer()), (items) => {
        const heap = new Heap(isLower);
        for (const item of items) heap.push(item);

        const popped = items.map(() => heap.pop());

        expect(popped).to.deep.equal([...items].sort((a, b) => a - b));
        expect(heap.size).to.equal(0);
        expect(heap.pop()).to.equal(undefined);
      }),
    );
  });

  it('shows the lowest of its items, also while they come and go', () => {
    assert(
      property(array(option(integer())), (steps) => {
        const heap = new Heap(isLower);
        const held: number[] = [];

        for (const step of steps) {
          if (step === null) {
            expect(heap.pop()).to.equal(held.shift());
          } else {
            heap.push(step);
            held.push(step);
            held.sort((a, b) => a - b);
          }
          expect(heap.peek()).to.equal(held[0]);
          expect(heap.size).to.equal(held.length);
        }
      }),
    );
  });
});
