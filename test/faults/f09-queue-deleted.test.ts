import type { Topology } from '@restmapper/core';
import { expect } from 'chai';
import { collect, createEvents, createMessage, within } from '../../packages/bus/test/contract/fixtures.ts';
import { openUpBus } from '../../packages/bus/test/amqp/fixtures.ts';
import { withChannel } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** Deletes a queue repeatedly; returns the times until it was consumed again, and the bus's reconnects. */
async function deleteWhileConsumed(makeAgain: (topology: Topology) => Promise<unknown>) {
  const { topology, exchange, queue } = createEvents();
  const [bus, publisher] = [await openUpBus(topology), await openUpBus(topology)];
  const collected = await collect(bus, queue);
  const backMs: number[] = [];

  for (let deletion = 0; deletion < sized({ short: 1, full: 20 }); deletion += 1) {
    await withChannel((channel) => channel.deleteQueue(queue));
    const startMs = performance.now();
    await makeAgain(topology);
    // A message that is published while the broker still deletes the old queue may be lost with it.
    await until(async () => {
      await publisher.publish(exchange, createMessage(`after ${deletion}`), within(1_000));
      return collected.texts().includes(`after ${deletion}`);
    });
    backMs.push(performance.now() - startMs);
  }
  return { backMs, reconnects: bus.stats.reconnects };
}

describe('F9: a queue that is deleted while it is consumed', function () {
  this.timeout(faultTimeoutMs);

  it('is consumed again within 5 seconds, whether its bus or another one recreates it', async () => {
    const ways = [() => Promise.resolve(), openUpBus];

    const results = await Promise.all(ways.map(deleteWhileConsumed));

    for (const [index, { backMs, reconnects }] of results.entries()) {
      const declared = index === 0 ? 'by the bus' : 'by another at once';
      printFigures('F9', { deletions: backMs.length, declared, 'slowest back ms': Math.max(...backMs) });
      expect(Math.max(...backMs)).to.be.below(5_000);
      expect(reconnects).to.equal(0);
    }
  });
});
