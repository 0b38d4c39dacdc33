import { expect } from 'chai';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import type { Topology } from '@restmapper/core';
import { collect, createEvents, createMessage, within } from '../../contract/fixtures.ts';
import { openForeignChannel, openUpBus, uniqueName } from '../fixtures.ts';

/** Long enough for an exchange to be looked up again. */
const soon = { timeoutMs: 25_000 };

async function openForeign() {
  const { topology, exchange, queue } = createEvents();
  const foreign = uniqueName();
  const channel = await openForeignChannel();
  use(foreign, (name) => channel.deleteExchange(name));
  const bound: Topology = {
    ...topology,
    foreign: { exchanges: [foreign], bindings: [{ exchange: foreign, queue, routingKey: '' }] },
  };
  return { topology: bound, exchange, queue, foreign, channel };
}

describe('exchanges of others on RabbitMQ', function () {
  this.timeout(40_000);

  it('are used as they are, whatever their flags', async () => {
    const { topology, foreign, channel } = await openForeign();
    const options = { durable: false, autoDelete: true, arguments: { 'alternate-exchange': 'amq.fanout' } };
    await channel.assertExchange(foreign, 'headers', options);

    const bus = await openUpBus(topology);

    await until(() => bus.unavailable.length === 0);
  });

  it('are bound again when their owner deletes and recreates them', async () => {
    const { topology, queue, foreign, channel } = await openForeign();
    await channel.assertExchange(foreign, 'fanout');
    const bus = await openUpBus(topology, { recheckMs: 500 });
    const collected = await collect(bus, queue);
    await until(() => bus.unavailable.length === 0);

    await channel.deleteExchange(foreign);
    await until(() => bus.unavailable.length === 1, soon);
    await channel.assertExchange(foreign, 'fanout');
    await until(() => bus.unavailable.length === 0, soon);
    channel.publish(foreign, '', Buffer.from('again'));

    await until(() => collected.texts().includes('again'));
  });

  it('are not looked up by a process that needs none of them', async () => {
    const { topology, exchange } = await openForeign();
    const bus = await openUpBus(topology, { use: { exchanges: [exchange], queues: [] } });

    await bus.publish(exchange, createMessage(), within());

    expect(bus.unavailable).to.deep.equal([]);
  });
});
