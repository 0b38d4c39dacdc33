import { expect } from 'chai';
import { assert, integer, property, record } from 'fast-check';
import { rowWindow, scrollTopFor } from '../src/lib/row-window.ts';

describe('row window', () => {
  it('covers the visible rows, and never more than there are', () => {
    const numbers = record({
      scrollTop: integer({ min: 0, max: 200_000 }),
      height: integer({ min: 0, max: 2_000 }),
      rowHeight: integer({ min: 20, max: 80 }),
      rows: integer({ min: 0, max: 5_000 }),
    });

    assert(
      property(numbers, ({ scrollTop, height, rowHeight, rows }) => {
        const { start, end } = rowWindow({ scrollTop, height }, rowHeight, rows);

        expect(start).to.be.within(0, rows);
        expect(end).to.be.within(start, rows);
        expect(end - start).to.be.at.most(Math.ceil(height / rowHeight) + 14);
        const seen = Math.floor(scrollTop / rowHeight);
        if (seen < rows && height > 0) expect(seen).to.be.within(start, end - 1);
      }),
    );
  });

  it('scrolls no further than necessary', () => {
    const viewport = { scrollTop: 100, height: 200 };

    expect(scrollTopFor(2, 50, viewport)).to.equal(100);
    expect(scrollTopFor(5, 50, viewport)).to.equal(100);
    expect(scrollTopFor(1, 50, viewport)).to.equal(50);
    expect(scrollTopFor(9, 50, viewport)).to.equal(300);
    expect(scrollTopFor(0, 50, { scrollTop: 10, height: 20 })).to.equal(0);
  });
});
