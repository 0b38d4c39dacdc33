import { expect } from 'chai';
import { Suspicion } from '../../../src/amqp/consuming/suspicion.ts';

describe('suspicion', () => {
  it('admits what came back seldom', () => {
    const suspicion = new Suspicion();

    for (const returns of [0, 1, 2]) expect(suspicion.admits(returns)).to.equal(true);
    expect(suspicion.isWary).to.equal(false);
  });

  it('begins with a message that came back often, and ends with one that never did', () => {
    const suspicion = new Suspicion();

    expect([suspicion.admits(3), suspicion.isWary]).to.deep.equal([false, true]);
    for (const returns of [1, 3, 20]) expect(suspicion.admits(returns)).to.equal(true);
    expect([suspicion.admits(0), suspicion.isWary]).to.deep.equal([false, false]);
    expect(suspicion.admits(0)).to.equal(true);
  });
});
