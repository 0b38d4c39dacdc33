import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { ByteBudget } from '../../src/request/byte-budget.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RequestError) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'none';
}

describe('a budget of bytes', () => {
  it('refuses bytes beyond its size, until some are released', () => {
    const budget = new ByteBudget({ maxBytes: 100 });
    const [one, other] = [budget.open(), budget.open()];
    one.take(60);

    expect(codeOf(() => other.take(41))).to.equal('503 OVERLOADED');
    other.take(40);
    expect(codeOf(() => budget.assertRoom())).to.equal('503 OVERLOADED');
    one.release();

    expect(budget.held).to.equal(40);
    expect(codeOf(() => budget.assertRoom())).to.equal('none');
    other.take(60);
    expect(budget.held).to.equal(100);
  });

  it('replaces the bytes of a request with those of its answer', () => {
    const budget = new ByteBudget({ maxBytes: 100 });
    const held = budget.open();
    held.take(80);

    held.resize(90);
    expect(budget.held).to.equal(90);
    expect(codeOf(() => held.resize(101))).to.equal('503 OVERLOADED');

    expect(budget.held).to.equal(0);
  });

  it('evicts transfers that have run for long, the oldest first and no more than needed', async () => {
    const budget = new ByteBudget({ maxBytes: 100, patienceMs: 20 });
    const given: string[] = [];
    const begin = (name: string) => {
      const held = budget.open();
      held.take(30);
      held.beginTransfer(() => given.push(name));
      return held;
    };
    const oldest = begin('oldest');
    begin('older');
    const finished = begin('finished');
    finished.endTransfer();
    expect(codeOf(() => budget.open().take(30))).to.equal('503 OVERLOADED');

    await until(() => codeOf(() => budget.open().take(30)) === 'none', { everyMs: 5 });

    expect(given).to.deep.equal(['oldest']);
    expect(budget.held).to.equal(90);
    expect(codeOf(() => oldest.take(1))).to.equal('503 OVERLOADED');
    expect(budget.held).to.equal(90);
    expect(codeOf(() => budget.open().take(70))).to.equal('503 OVERLOADED');
    expect(given).to.deep.equal(['oldest', 'older']);
  });

  it('evicts no transfer for one that never fits', () => {
    const budget = new ByteBudget({ maxBytes: 100, patienceMs: 0 });
    const held = budget.open();
    let hasGivenUp = false;
    held.take(30);
    held.beginTransfer(() => (hasGivenUp = true));

    expect(codeOf(() => budget.open().take(101))).to.equal('503 OVERLOADED');
    expect(hasGivenUp).to.equal(false);
    budget.open().take(80);
    expect(hasGivenUp).to.equal(true);
  });

  it('counts nothing for a transfer that evicts itself', async () => {
    const budget = new ByteBudget({ maxBytes: 100, patienceMs: 20 });
    const held = budget.open();
    let hasGivenUp = false;
    held.take(90);
    held.beginTransfer(() => (hasGivenUp = true));

    await until(() => codeOf(() => held.take(20)) !== 'none' && hasGivenUp, { everyMs: 5 });

    expect(budget.held).to.equal(0);
    held.close();
    expect(budget.held).to.equal(0);
  });
});
