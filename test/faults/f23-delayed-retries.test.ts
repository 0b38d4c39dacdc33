import { expect } from 'chai';
import {
  ack,
  collect,
  createEvents,
  createMessage,
  within,
} from '../../packages/bus/test/contract/fixtures.ts';
import { openUpBus } from '../../packages/bus/test/amqp/fixtures.ts';
import { until } from '../support/until.ts';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** How often each message is retried before it is done. */
const retries = 2;

describe('F23: 1,000 retries of mixed delays', function () {
  this.timeout(faultTimeoutMs);

  it('each arrive within a second of their time, with the right attempt number', async () => {
    const messages = 1_000;
    const longestMs = sized({ short: 2_000, full: 60_000 });
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const lateMs: number[] = [];
    const seen = new Map<string, { attempt: number; dueMs: number }>();
    const wrongAttempts: string[] = [];
    await collect(bus, queue, {
      batchSize: 50,
      outcome: ({ messageId, attempt, body }) => {
        const last = seen.get(messageId) ?? { attempt: 0, dueMs: Date.now() };
        if (attempt !== last.attempt + 1) wrongAttempts.push(`${last.attempt} → ${attempt}`);
        if (attempt > 1) lateMs.push(Date.now() - last.dueMs);
        if (attempt > retries) return ack;
        const delayMs = Number(body) / attempt;
        seen.set(messageId, { attempt, dueMs: Date.now() + delayMs });
        return { kind: 'retry', delayMs, reason: 'later' };
      },
    });

    await Promise.all(
      Array.from({ length: messages }, (_none, index) =>
        bus.publish(exchange, createMessage(String((index * 37) % longestMs)), within()),
      ),
    );
    await until(() => lateMs.length === retries * messages, { timeoutMs: 3 * longestMs + 10_000 });

    const [earliestMs, latestMs] = [Math.min(...lateMs), Math.max(...lateMs)];
    printFigures('F23', {
      messages,
      retries: lateMs.length,
      'longest delay ms': longestMs,
      'latest ms': latestMs,
    });
    expect(wrongAttempts).to.deep.equal([]);
    expect(earliestMs).to.be.at.least(0);
    expect(latestMs).to.be.below(1_000);
  });
});
