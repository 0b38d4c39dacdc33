import { expect } from 'chai';
import { barPath } from '../src/lib/bar-path.ts';

describe('bar path', () => {
  it('scales the largest value to the full height', () => {
    expect(barPath([5, 10], 40)).to.equal('M0 40v-20h3v20zM4 40v-40h3v40z');
  });

  it('draws nothing for zero, and something for the smallest value', () => {
    expect(barPath([0, 1, 1_000], 40)).to.equal('M4 40v-1.5h3v1.5zM8 40v-40h3v40z');
  });

  it('draws nothing when there is nothing', () => {
    expect(barPath([0, 0], 40)).to.equal('');
    expect(barPath([], 40)).to.equal('');
  });
});
