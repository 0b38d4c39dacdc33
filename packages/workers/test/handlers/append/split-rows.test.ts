import { expect } from 'chai';
import { splitRows } from '../../../src/handlers/append/split-rows.ts';

function split(lengths: readonly number[], maxBytes?: number): readonly (readonly number[])[] {
  const rows = lengths.map((length) => ({ messageId: 'id', json: Buffer.alloc(length, '1') }));
  return splitRows(rows, maxBytes).map((part) => part.map(({ json }) => json.length));
}

describe('splitRows', () => {
  it('keeps rows together that fit, in order', () => {
    expect(split([3, 4, 3, 5, 5, 1], 10)).to.deep.equal([[3, 4, 3], [5, 5], [1]]);
  });

  it('puts a row that is too long in a separate part', () => {
    expect(split([1, 20, 1], 10)).to.deep.equal([[1], [20], [1]]);
  });

  it('makes one part of an ordinary batch, and none of an empty one', () => {
    expect(split(Array.from({ length: 500 }, () => 1000))).to.have.length(1);
    expect(split([])).to.deep.equal([]);
  });
});
