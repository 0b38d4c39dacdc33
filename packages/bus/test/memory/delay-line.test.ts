import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { DelayLine } from '../../src/memory/delay-line.ts';

describe('a delay line', () => {
  it('releases a thousand items of mixed delays, none early, each within a second', async () => {
    const lateness: number[] = [];
    const line = new DelayLine<number>((dueMs) => void lateness.push(performance.now() - dueMs));

    for (let i = 0; i < 1000; i += 1) {
      const delayMs = (i * 7919) % 1000;
      line.add(performance.now() + delayMs, delayMs);
    }

    await until(() => lateness.length === 1000);
    expect(Math.min(...lateness)).to.be.at.least(0);
    expect(Math.max(...lateness)).to.be.lessThan(1000);
  });

  it('releases a shorter delay before a longer one that came first', async () => {
    const released: string[] = [];
    const line = new DelayLine<string>((item) => void released.push(item));

    line.add('long', 60);
    line.add('short', 10);

    await until(() => released.length === 2);
    expect(released).to.deep.equal(['short', 'long']);
  });

  it('waits for a delay beyond the maximum of a timer', async () => {
    const released: string[] = [];
    const line = new DelayLine<string>((item) => void released.push(item));

    line.add('in 34 years', 2 ** 40);
    line.add('now', 1);

    await until(() => released.length > 0);
    expect(released).to.deep.equal(['now']);
  });
});
