import { randomUUID } from 'node:crypto';
import { type Channel, connect } from 'amqplib';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { type Broker, openBroker } from '../../../../test/support/broker.ts';
import { until } from '../../../../test/support/until.ts';
import type { Topology } from '@restmapper/core';
import { collect, createEvents, createFeed, createMessage, createRpc, within } from '../contract/fixtures.ts';
import { openBus, openUpBus } from './fixtures.ts';

/** The broker's URL for a user with these permissions, as regular expressions, besides queues of its own. */
async function addUser(broker: Broker, { write = '.*', read = '.*' } = {}): Promise<string> {
  const name = `user-${randomUUID()}`;
  const own = '^amq\\.gen';
  await broker.rabbitmqctl('add_user', name, 'secret');
  await broker.rabbitmqctl('set_permissions', name, own, `${own}|${write}`, `${own}|${read}`);
  return Object.assign(new URL(broker.url), { username: name, password: 'secret' }).href;
}

async function withBroker(broker: Broker, work: (channel: Channel) => Promise<unknown>): Promise<void> {
  const model = await connect(broker.url);
  await work(await model.createChannel());
  await model.close();
}

describe('a user who may not declare the topology', () => {
  let broker: Broker;

  before('start a broker', async function () {
    this.timeout(60_000);
    broker = await openBroker();
  });

  after('end the broker', () => broker.close());

  it('checks only what it uses', async function () {
    this.timeout(60_000);
    const [events, rpc, feed] = [createEvents(), createRpc(), createFeed()];
    const topology = join(events.topology, rpc.topology, feed.topology);
    const declaring = await openUpBus(topology, { urls: [broker.url] });
    await collect(declaring, rpc.queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
    await withBroker(broker, async (channel) => {
      await channel.deleteQueue(`${events.queue}.dead`);
      await channel.deleteExchange(feed.exchange);
    });
    const [gateway, bridge] = [
      { exchanges: [events.exchange, rpc.exchange], queues: [] },
      { exchanges: [], queues: [feed.feed] },
    ];
    const exact = (name: string): string => `^${name.replaceAll(/[.]/g, String.raw`\.`)}$`;
    const urls = [
      await addUser(broker, { write: `${exact(events.exchange)}|${exact(rpc.exchange)}`, read: '^RPC$' }),
      await addUser(broker, { write: '^$', read: `^RPC$|${exact(feed.feed)}` }),
    ] as const;

    const publishing = await openUpBus(topology, { urls: [urls[0]], use: gateway });
    const following = await openUpBus(topology, { urls: [urls[1]], use: bridge });

    await publishing.publish(events.exchange, createMessage(), within());
    const reply = await publishing.request(rpc.exchange, createMessage('asked'), within());
    expect(reply.body.toString()).to.equal('asked');
    await following.follow(feed.feed, () => {}, { from: 'next' }).ready;
  });

  it('reports what it uses and does not find', async function () {
    this.timeout(60_000);
    const { topology, feed } = createFeed();
    const url = await addUser(broker);

    const bus = openBus(topology, { urls: [url], use: { exchanges: [], queues: [feed] } });

    await until(() => bus.status.reason.includes('cannot declare'));
    expect(bus.status.state).to.equal('down');
  });
});

function join(...topologies: readonly Topology[]): Topology {
  return {
    exchanges: topologies.flatMap(({ exchanges }) => exchanges),
    queues: topologies.flatMap(({ queues }) => queues),
    bindings: topologies.flatMap(({ bindings }) => bindings),
  };
}
