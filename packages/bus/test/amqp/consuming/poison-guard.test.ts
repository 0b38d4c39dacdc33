import { expect } from 'chai';
import { PoisonGuard } from '../../../src/amqp/consuming/poison-guard.ts';

describe('PoisonGuard', () => {
  it('accepts messages that were rarely returned', () => {
    const guard = new PoisonGuard();

    for (const returns of [0, 1, 2]) expect(guard.accepts(returns)).to.equal(true);
    expect(guard.isIsolating).to.equal(false);
  });

  it('starts isolating at a message that was often returned, and stops at one that never was', () => {
    const guard = new PoisonGuard();

    expect([guard.accepts(3), guard.isIsolating]).to.deep.equal([false, true]);
    for (const returns of [1, 3, 20]) expect(guard.accepts(returns)).to.equal(true);
    expect([guard.accepts(0), guard.isIsolating]).to.deep.equal([false, false]);
    expect(guard.accepts(0)).to.equal(true);
  });
});
