import { expect } from 'chai';
import { printFigures } from '../../../../test/support/figures.ts';
import { use } from '../../../../test/support/use.ts';
import type { Bus } from '../../src/contract/bus.ts';
import { openMemoryBus } from '../../src/memory/open-memory-bus.ts';
import { ack, createEvents, createGate, createMessage, within } from '../contract/fixtures.ts';

/** Publishes a backlog, then measures the CPU time that one consumer needs for each of its messages, in µs. */
async function drain(count: number): Promise<number> {
  const { topology, exchange, queue } = createEvents();
  const bus = use(openMemoryBus({ topology }), (bus) => bus.close());
  await publishBacklog(bus, exchange, count);
  const done = createGate();
  let left = count;
  const start = process.cpuUsage();

  bus.consume(queue, async (batch) => {
    left -= batch.length;
    if (left === 0) done.open();
    return batch.map(() => ack);
  });

  await done.passed;
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

async function publishBacklog(bus: Bus, exchange: string, count: number): Promise<void> {
  const message = createMessage();
  await Promise.all(Array.from({ length: count }, () => bus.publish(exchange, message, within(60_000))));
}

async function bestOf(tries: number, measure: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i += 1) best = Math.min(best, await measure());
  return best;
}

describe('a backlog in memory (F27)', () => {
  it('takes no longer for each of 100,000 messages than for each of 10,000', async () => {
    const small = await bestOf(5, () => drain(10_000));
    const large = await bestOf(2, () => drain(100_000));

    printFigures('F27', { 'CPU µs for each of 10,000': small, 'of 100,000': large });
    expect(large / small).to.be.lessThan(3);
  }).timeout(60_000);
});
