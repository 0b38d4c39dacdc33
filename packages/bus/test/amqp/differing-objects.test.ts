import { expect } from 'chai';
import type { Channel } from 'amqplib';
import { deleteTopology, withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { deadLetterQueue } from '../../src/contract/dead-letter.ts';
import { silentLog } from '@restmapper/core';
import type { Topology } from '@restmapper/core';
import {
  collect,
  createEvents,
  createFeed,
  createMessage,
  createRpc,
  expectCode,
  type Feed,
  within,
} from '../contract/fixtures.ts';
import { openBus, openForeignChannel, untilUp } from './fixtures.ts';

const quorum = { 'x-queue-type': 'quorum' };

/** The name of the object that a bus reports as unavailable, and the reason. */
function unavailableOf(bus: ReturnType<typeof openBus>): readonly (readonly [string, string])[] {
  return bus.unavailable.map(({ kind, name, reason }) => [`${kind} ${name}`, reason] as const);
}

/** A topology combined with a valid one, and whether the valid one works. */
function withSound(topology: Topology) {
  const [events, rpc] = [createEvents(), createRpc()];
  const all: Topology = {
    exchanges: [...topology.exchanges, ...events.topology.exchanges, ...rpc.topology.exchanges],
    queues: [...topology.queues, ...events.topology.queues, ...rpc.topology.queues],
    bindings: [...topology.bindings, ...events.topology.bindings, ...rpc.topology.bindings],
  };
  const assertWorks = async (bus: ReturnType<typeof openBus>): Promise<void> => {
    const collected = await collect(bus, events.queue);
    await collect(bus, rpc.queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
    await bus.publish(events.exchange, createMessage('sound'), within());
    await bus.request(rpc.exchange, createMessage(), within());
    await until(() => collected.texts().includes('sound'));
  };
  return { topology: use(all, deleteTopology), assertWorks };
}

/** Long enough for the next check of the broker. */
const soon = { timeoutMs: 40_000 };

describe('an object that differs on the broker', function () {
  this.timeout(60_000);

  const cases: readonly {
    readonly what: string;
    readonly make: (channel: Channel, names: { exchange: string; queue: string }) => Promise<unknown>;
    readonly remove: (channel: Channel, names: { exchange: string; queue: string }) => Promise<unknown>;
    readonly says: RegExp;
  }[] = [
    {
      what: 'an exchange of another type',
      make: (channel, { exchange }) => channel.assertExchange(exchange, 'direct'),
      remove: (channel, { exchange }) => channel.deleteExchange(exchange),
      says: /cannot declare the exchange .*inequivalent arg 'type'/,
    },
    {
      what: 'a queue with a length of its own',
      make: (channel, { queue }) =>
        channel.assertQueue(queue, {
          arguments: {
            ...quorum,
            'x-delivery-limit': 20,
            'x-overflow': 'reject-publish',
            'x-dead-letter-strategy': 'at-least-once',
            'x-dead-letter-exchange': '',
            'x-dead-letter-routing-key': deadLetterQueue(queue),
            'x-max-length': 5,
          },
        }),
      remove: (channel, { queue }) => channel.deleteQueue(queue),
      says: /cannot declare the queue .*inequivalent arg 'x-max-length'/,
    },
    {
      what: 'a queue of another kind',
      make: (channel, { queue }) => channel.assertQueue(queue, { arguments: { 'x-queue-type': 'classic' } }),
      remove: (channel, { queue }) => channel.deleteQueue(queue),
      says: /cannot declare the queue .*inequivalent arg/,
    },
  ];
  for (const { what, make, remove, says } of cases) {
    it(`makes only its dependents unavailable, until it is deleted: ${what}`, async () => {
      const events = createEvents();
      const { topology, assertWorks } = withSound(events.topology);
      const channel = await openForeignChannel();
      await make(channel, events);
      const warnings: object[] = [];
      const log = { ...silentLog, warn: (fields: object) => void warnings.push(fields) };
      const bus = openBus(topology, { log, redeclareMs: 500 });
      await untilUp(bus);
      const collected = collect(bus, events.queue);

      await expectCode(bus.publish(events.exchange, createMessage(), within()), 'NOT_DECLARED');

      await assertWorks(bus);
      const unavailable = unavailableOf(bus);
      expect(unavailable.map(([name]) => name)).to.include(`exchange ${events.exchange}`);
      for (const [name, reason] of unavailable) {
        expect(name).to.be.oneOf([`exchange ${events.exchange}`, `queue ${events.queue}`]);
        expect(reason).to.match(says);
      }
      expect(warnings).to.have.length(1);
      await remove(channel, events);
      await until(() => bus.unavailable.length === 0, soon);
      await bus.publish(events.exchange, createMessage('again'), within());
      const { texts } = await collected;
      await until(() => texts().includes('again'));
      expect(texts()).to.deep.equal(['again']);
    });
  }

  it("blocks a queue's consumers if it holds the queue's dead letters", async () => {
    const events = createEvents();
    const { topology, assertWorks } = withSound(events.topology);
    const channel = await openForeignChannel();
    const dead = deadLetterQueue(events.queue);
    await channel.assertQueue(dead, { arguments: { ...quorum, 'x-max-length': 5 } });
    const bus = openBus(topology, { redeclareMs: 500 });
    await untilUp(bus);
    const collected = collect(bus, events.queue);

    await bus.publish(events.exchange, createMessage('kept'), within());

    await assertWorks(bus);
    const queues = bus.unavailable.map(({ name }) => name);
    expect(queues).to.have.members([dead, events.queue]);
    expect((await channel.checkQueue(events.queue)).messageCount).to.equal(1);
    await channel.deleteQueue(dead);
    const { texts } = await until(() => collected, soon);
    await until(() => texts().length === 1, soon);
  });

  it('makes a feed unavailable that is not a stream', async () => {
    const { topology: asked, exchange, feed } = createFeed();
    const { topology, assertWorks } = withSound(asked);
    const channel = await openForeignChannel();
    await channel.assertQueue(feed, { arguments: { 'x-queue-type': 'classic' } });
    const bus = openBus(topology, { redeclareMs: 500, unreadableAfterMs: 2_000 });
    await untilUp(bus);
    const breaks: string[] = [];
    const subscription = bus.follow(feed, () => {}, {
      from: 'first',
      onBreak: (why) => void breaks.push(why),
    });
    use(subscription, () => subscription.close());

    await expectCode(bus.publish(exchange, createMessage(), within()), 'NOT_DECLARED');

    await assertWorks(bus);
    await until(() => subscription.trouble !== undefined, soon);
    expect(subscription.trouble).to.contain('inequivalent arg');
    expect(breaks).to.deep.equal(['unreadable']);
    await channel.deleteQueue(feed);
    await subscription.ready;
    expect(subscription.trouble).to.equal(undefined);
  });
});

/** Follows a feed that has one message, `old`; breaks stand in parentheses. */
async function followFeed() {
  const { topology, exchange, feed } = use(createFeed(), (feed) => deleteTopology(feed.topology));
  const bus = openBus(topology, { redeclareMs: 500, unreadableAfterMs: 2_000 });
  const seen: string[] = [];
  const subscription = bus.follow(feed, ({ body }) => void seen.push(String(body)), {
    from: { last: 10 },
    onBreak: (why) => void seen.push(`(${why})`),
  });
  await use(subscription, () => subscription.close()).ready;
  await bus.publish(exchange, createMessage('old'), within());
  await until(() => seen.length === 1);
  return { bus, exchange, feed, subscription, seen };
}

describe('a feed with another retention on the broker', () => {
  const stream = { 'x-queue-type': 'stream' };
  const others: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    [
      'age',
      {
        ...stream,
        'x-max-age': '2h',
        'x-max-length-bytes': 10_000_000,
        'x-stream-max-segment-size-bytes': 1_250_000,
      },
    ],
    [
      'size',
      {
        ...stream,
        'x-max-age': '3600s',
        'x-max-length-bytes': 20_000_000,
        'x-stream-max-segment-size-bytes': 1_250_000,
      },
    ],
    [
      'age and size',
      {
        ...stream,
        'x-max-age': '1D',
        'x-max-length-bytes': 30_000_000,
        'x-stream-max-segment-size-bytes': 3_750_000,
      },
    ],
    ['kind of bound', { ...stream }],
  ];
  for (const [what, args] of others) {
    it(`is followed as it is, and reported as having another ${what}`, async () => {
      const feed: Feed = createFeed();
      use(feed.topology, deleteTopology);
      await withChannel((channel) => channel.assertQueue(feed.feed, { arguments: args }));
      const warnings: Record<string, unknown>[] = [];
      const log = {
        ...silentLog,
        warn: (fields: object) => void warnings.push({ ...fields }),
      };
      const bus = openBus(feed.topology, { log });
      const texts: string[] = [];
      const subscription = bus.follow(feed.feed, ({ body }) => void texts.push(String(body)), {
        from: 'first',
      });
      use(subscription, () => subscription.close());
      await untilUp(bus);

      await bus.publish(feed.exchange, createMessage('a'), within());

      await until(() => texts.length === 1);
      expect(bus.unavailable).to.deep.equal([]);
      expect(warnings.map(({ queue }) => queue)).to.deep.equal([feed.feed]);
      expect(String(warnings[0]?.['difference'])).to.match(/x-max-(age|length-bytes) is .*, and should be/);
    });
  }

  it('is followed again from its beginning when it was recreated with another age', async () => {
    const { bus, exchange, feed, subscription, seen } = await followFeed();

    await withChannel(async (channel) => {
      await channel.deleteQueue(feed);
      await channel.assertQueue(feed, { arguments: { ...stream, 'x-max-age': '60s' } });
      await channel.bindQueue(feed, exchange, '');
    });
    await bus.publish(exchange, createMessage('new'), within());

    await until(() => seen.includes('new'), soon);
    expect(seen).to.deep.equal(['old', '(recreated)', 'new']);
    expect(subscription.trouble).to.equal(undefined);
  });

  it('is reported as unreadable while it is something else, and read once it is a feed again', async () => {
    const { bus, exchange, feed, subscription, seen } = await followFeed();

    await withChannel(async (channel) => {
      await channel.deleteQueue(feed);
      await channel.assertQueue(feed, { arguments: { 'x-queue-type': 'classic' } });
    });

    await until(() => subscription.trouble !== undefined, soon);
    await expectCode(bus.publish(exchange, createMessage(), within()), 'NOT_DECLARED');
    await withChannel((channel) => channel.deleteQueue(feed));
    await until(() => bus.unavailable.length === 0, soon);
    await bus.publish(exchange, createMessage('new'), within());
    await until(() => seen.includes('new'), soon);
    expect(seen).to.deep.equal(['old', '(unreadable)', '(recreated)', 'new']);
  });
});
