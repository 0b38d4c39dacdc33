import { expect } from 'chai';
import { Fifo } from '../src/fifo.ts';

describe('a fifo', () => {
  it('returns items in the order of arrival, also while they come and go', () => {
    const fifo = new Fifo<number>();
    const out: (number | undefined)[] = [];

    for (let i = 0; i < 10_000; i += 1) {
      fifo.push(i);
      if (i % 3 !== 0) out.push(fifo.shift());
    }
    while (fifo.size > 0) out.push(fifo.shift());

    expect(out).to.deep.equal(Array.from({ length: 10_000 }, (_, i) => i));
  });

  it('shows the oldest without taking it', () => {
    const fifo = new Fifo<string>();
    fifo.push('a');
    fifo.push('b');

    const peeked = [fifo.peek(), fifo.peek()];

    expect(peeked).to.deep.equal(['a', 'a']);
    expect(fifo.size).to.equal(2);
  });

  it('returns everything at once when it is cleared', () => {
    const fifo = new Fifo<number>();
    for (const item of [1, 2, 3]) fifo.push(item);
    fifo.shift();

    const cleared = fifo.clear();

    expect(cleared).to.deep.equal([2, 3]);
    expect(fifo.size).to.equal(0);
    expect(fifo.shift()).to.equal(undefined);
    expect(fifo.peek()).to.equal(undefined);
  });
});
