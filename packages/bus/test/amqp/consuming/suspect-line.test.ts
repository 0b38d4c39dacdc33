import { expect } from 'chai';
import { until } from '../../../../../test/support/until.ts';
import { SuspectLine } from '../../../src/amqp/consuming/suspect-line.ts';

describe('the messages that came back too often', () => {
  it('start one after the other, those that came back least first', async () => {
    const line = new SuspectLine();
    const started: number[] = [];
    const ends = new Map<number, () => void>();
    line.open();

    for (const returns of [5, 3, 4])
      ends.set(
        returns,
        line.enter(returns, () => started.push(returns)),
      );

    for (const [i, returns] of [3, 4, 5].entries()) {
      expect(started.length).to.equal(i);
      await until(() => started.length === i + 1);
      ends.get(returns)?.();
    }
    expect(started).to.deep.equal([3, 4, 5]);
  });

  it('do not wait for a lost one, and start no further ones once lost themselves', async () => {
    const line = new SuspectLine();
    const started: string[] = [];
    const loseFirst = line.enter(3, () => started.push('first'));
    const loseSecond = line.enter(3, () => started.push('second'));
    line.enter(3, () => started.push('third'));

    loseSecond();
    loseFirst();

    await until(() => started.length === 2);
    expect(started).to.deep.equal(['first', 'third']);
  });
});
