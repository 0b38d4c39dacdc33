import { expect } from 'chai';
import { isDeeperThan } from '../src/json-depth.ts';

describe('isDeeperThan', () => {
  it('counts the levels of arrays and objects', () => {
    expect(isDeeperThan('[{"a":[1]}]', 3)).to.equal(false);
    expect(isDeeperThan('[{"a":[1]}]', 2)).to.equal(true);
    expect(isDeeperThan('[[],[],[]]', 2)).to.equal(false);
  });

  it('passes over strings, with their escapes', () => {
    expect(isDeeperThan('["[[[\\"[[[\\\\"]', 1)).to.equal(false);
    expect(isDeeperThan('["\\\\",[1]]', 1)).to.equal(true);
  });

  it('takes text that is not JSON', () => {
    expect(isDeeperThan('no JSON, but long', 3)).to.equal(false);
    expect(isDeeperThan('"[[[[[[', 3)).to.equal(false);
    expect(isDeeperThan(']]]]]][[', 1)).to.equal(false);
  });
});
