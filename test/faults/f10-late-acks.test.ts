import { expect } from 'chai';
import {
  ack,
  collect,
  createEvents,
  createGate,
  never,
  publishAll,
} from '../../packages/bus/test/contract/fixtures.ts';
import { openUpBus } from '../../packages/bus/test/amqp/fixtures.ts';
import { until } from '../support/until.ts';
import { printFigures } from '../support/figures.ts';
import { openProxyTo } from './support/proxy.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { openServers } from './support/servers.ts';

describe('F10: acks for a channel that was closed', function () {
  this.timeout(faultTimeoutMs);

  it('are never sent: redelivered messages stay unsettled, and the broker sees no unknown tag', async () => {
    const { broker } = await openServers();
    const proxy = await openProxyTo(broker);
    const held = sized({ short: 100, full: 1_000 });
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology, { urls: [proxy.url] });
    const gate = createGate();
    const collected = await collect(bus, queue, {
      concurrency: held,
      prefetch: held,
      outcome: ({ redelivered }) => (redelivered ? never : gate.passed.then(() => ack)),
    });
    await publishAll(bus, exchange, Array.from({ length: held }, String));
    await until(() => collected.deliveries.length === held);

    proxy.reset();
    await until(() => bus.stats.reconnects === 1 && bus.status.state === 'up');
    gate.open();
    // Their concurrency slots are free now, so the same messages are redelivered, and stay.
    await until(() => collected.deliveries.length === 2 * held);
    await bus.close({ timeoutMs: 300 });

    const inspector = await openUpBus(topology, { urls: [broker.url] });
    const waiting = await until(async () => {
      const [depth] = await inspector.inspect();
      return depth?.messages === held && depth.messages;
    });
    const refusals = (await broker.log()).split('\n').filter((line) => line.includes('unknown delivery tag'));
    printFigures('F10', { held, 'delivered again': held, waiting, 'unknown tags': refusals.length });
    expect(refusals).to.deep.equal([]);
    expect(bus.stats.reconnects).to.equal(1);
  });
});
