import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { silentLog, type Topology } from '@restmapper/core';
import { expect } from 'chai';
import { amqpUrl, deleteTopology, withChannel } from '../../../../../test/support/amqp.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import { openAmqpBus } from '../../../src/amqp/amqp-bus.ts';
import { inspectBroker } from '../../../src/amqp/inspect-broker.ts';

interface Names {
  readonly work: string;
  readonly rpc: string;
  readonly feed: string;
  readonly theirs: string;
  readonly asked: string;
}

function useTopology(): { readonly topology: Topology; readonly names: Names } {
  const salt = randomUUID();
  const names = {
    work: `w-${salt}`,
    rpc: `r-${salt}`,
    feed: `f-${salt}`,
    theirs: `t-${salt}`,
    asked: `a-${salt}`,
  };
  const topology: Topology = {
    exchanges: [
      { name: names.work, type: 'fanout' },
      { name: names.rpc, type: 'direct' },
    ],
    queues: [
      { kind: 'work', name: names.work, deliveryLimit: 3 },
      { kind: 'rpc', name: names.rpc },
      { kind: 'feed', name: names.feed, maxAgeSeconds: 60, maxBytes: 1_000_000 },
    ],
    bindings: [
      { exchange: names.work, queue: names.work, routingKey: '' },
      { exchange: names.rpc, queue: names.rpc, routingKey: names.rpc },
    ],
    foreign: { exchanges: [names.theirs], queues: [names.asked], bindings: [] },
  };
  use(topology, deleteTopology);
  return { topology, names };
}

const inspect = (topology: Topology, rights = { publishes: [] as string[], reads: [] as string[] }) =>
  inspectBroker({ urls: [amqpUrl()], topology, rights });

describe('the inspection of a broker', function () {
  this.timeout(20_000);

  it('finds what is missing, and declares nothing', async () => {
    const { topology, names } = useTopology();

    const first = await inspect(topology);
    const second = await inspect(topology);

    for (const { exchanges, queues, foreign } of [first, second]) {
      expect(exchanges.get(names.work)).to.deep.equal({ kind: 'missing' });
      expect([...queues].filter(([name]) => name.includes(names.work.slice(2)))).to.deep.equal([
        [`${names.work}.dead`, { kind: 'missing' }],
        [names.work, { kind: 'missing' }],
        [names.rpc, { kind: 'missing' }],
        [names.feed, { kind: 'missing' }],
      ]);
      expect(foreign).to.deep.equal([
        { kind: 'exchange', name: names.theirs, state: { kind: 'missing' } },
        { kind: 'queue', name: names.asked, state: { kind: 'missing' } },
      ]);
    }
  });

  it('finds nothing after a bus has declared it, and counts messages and consumers', async () => {
    const { topology, names } = useTopology();
    const bus = use(openAmqpBus({ urls: [amqpUrl()], topology, name: 'test', log: silentLog }), (bus) =>
      bus.close(),
    );
    await until(() => bus.status.state === 'up');
    await bus.consume(names.rpc, async () => []).ready;
    const message = {
      body: Buffer.from('{}'),
      messageId: randomUUID(),
      type: 'test',
      headers: {},
      timestampMs: 0,
    };
    await bus.publish(names.work, message, { deadlineEpochMs: Date.now() + 5000 });

    await until(async () => (await inspect(topology)).queues.get(names.work)?.depth?.messages === 1);
    const { exchanges, queues } = await inspect(topology);

    expect([...exchanges.values()].every(({ kind }) => kind === 'same')).to.equal(true);
    expect([...queues.values()].every(({ kind }) => kind === 'same')).to.equal(true);
    expect(queues.get(names.rpc)?.depth?.consumers).to.equal(1);
  });

  it('names the first argument that differs, with both values', async () => {
    const { topology, names } = useTopology();
    await withChannel(async (channel) => {
      await channel.assertExchange(names.work, 'direct');
      await channel.assertQueue(names.rpc, { arguments: { 'x-queue-type': 'quorum' } });
      const args = { 'x-queue-type': 'stream', 'x-max-age': '60s', 'x-max-length-bytes': 2_000_000 };
      await channel.assertQueue(names.feed, {
        arguments: { ...args, 'x-stream-max-segment-size-bytes': 1_000_000 },
      });
    });

    const { exchanges, queues } = await inspect(topology);

    const differencesOf = (state: ReturnType<typeof exchanges.get>) =>
      state?.kind === 'different' ? state.differences : undefined;
    expect(differencesOf(exchanges.get(names.work))).to.deep.equal([
      { argument: 'type', is: 'direct', should: 'fanout' },
    ]);
    expect(differencesOf(queues.get(names.rpc))).to.deep.equal([
      { argument: 'x-queue-type', is: 'quorum', should: 'classic' },
    ]);
    expect(differencesOf(queues.get(names.feed))).to.deep.equal([
      { argument: 'x-max-length-bytes', is: 2_000_000, should: 1_000_000 },
    ]);
  });

  it('checks permissions without taking or sending a message', async () => {
    const { topology, names } = useTopology();
    await withChannel(async (channel) => {
      await channel.assertExchange(names.work, 'fanout');
      const args = { 'x-queue-type': 'quorum' };
      await channel.assertQueue(names.work, { arguments: args });
      await channel.bindQueue(names.work, names.work, '');
      channel.sendToQueue(names.work, Buffer.from('x'));
      await channel.assertQueue(names.feed, { arguments: { 'x-queue-type': 'stream' } });
    });

    const { missingRights } = await inspect(topology, {
      publishes: [names.work, names.rpc],
      reads: [names.work, names.feed, names.rpc],
    });

    expect(missingRights).to.deep.equal([]);
    await withChannel(async (channel) => {
      const message = await channel.get(names.work, { noAck: true });
      expect(message && message.fields.redelivered).to.equal(false);
      expect(await channel.get(names.work, { noAck: true })).to.equal(false);
    });
  });

  it('reports at once why the broker cannot be asked', async () => {
    const { topology } = useTopology();
    const refused = new URL(amqpUrl());
    refused.password = 'wrong';
    const failureOf = (url: string) =>
      inspectBroker({ urls: [url], topology, timeoutMs: 1500 }).catch((error: unknown) => error);
    const silent = use(createServer().listen(0, '127.0.0.1'), (server) => server.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;

    expect(await failureOf(refused.href)).to.include({ code: 'BROKER_UNAVAILABLE' });
    expect(String(await failureOf(refused.href))).to.contain('refused this user or password');
    expect(String(await failureOf('amqp://127.0.0.1:1'))).to.contain('no server listens there');
    expect(await failureOf(`amqp://127.0.0.1:${port}`)).to.include({ code: 'BROKER_UNAVAILABLE' });
  });
});
