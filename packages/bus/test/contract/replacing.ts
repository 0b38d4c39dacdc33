import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Topology } from '@restmapper/core';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Bus } from '../../src/contract/bus.ts';
import type { Outcome } from '../../src/contract/message.ts';
import {
  collect,
  createEvents,
  createFeed,
  createGate,
  createMessage,
  createRpc,
  expectCode,
  failureOf,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

const nothingLeft = { exchanges: [], queues: [], bindings: [], exchangeBindings: [] };

/** All that some topologies have. */
export function union(...topologies: readonly Topology[]): Topology {
  return {
    exchanges: topologies.flatMap(({ exchanges }) => exchanges),
    queues: topologies.flatMap(({ queues }) => queues),
    bindings: topologies.flatMap(({ bindings }) => bindings),
    exchangeBindings: topologies.flatMap(({ exchangeBindings = [] }) => exchangeBindings),
  };
}

/** Publishes messages in order until stopped; resolves then with their number. */
function keepPublishing(bus: Bus, exchange: string): () => Promise<number> {
  const stopping = new AbortController();
  const publishing = (async () => {
    let sent = 0;
    for (; !stopping.signal.aborted; sent += 1) await publishAll(bus, exchange, [String(sent)]);
    return sent;
  })();
  return () => {
    stopping.abort();
    return publishing;
  };
}

export interface ReplacingOptions {
  /** Deletes what a topology declared. */
  readonly remove: (topology: Topology) => Promise<void>;
}

export function describeReplacing(open: OpenBus, { remove }: ReplacingOptions): void {
  /** Events under names that no other test has, which are removed after the test. */
  const createMore = (options?: { queues: number }) => {
    const events = createEvents(options);
    use(events.topology, remove);
    return events;
  };

  describe('a topology that is replaced', () => {
    it('has its new objects, without disturbing traffic', async () => {
      const [events, more] = [createEvents(), createMore()];
      const bus = await open(events.topology);
      const collected = await collect(bus, events.queue, { prefetch: 10 });
      const stop = keepPublishing(bus, events.exchange);
      await until(() => collected.deliveries.length > 0);

      const left = await bus.replaceTopology({ topology: union(events.topology, more.topology) });
      await publishAll(bus, more.exchange, ['new']);

      const added = await collect(bus, more.queue);
      await until(() => added.texts().includes('new'));
      const sent = await stop();
      await until(() => collected.deliveries.length >= sent);
      expect(left).to.deep.equal(nothingLeft);
      expect(collected.texts()).to.deep.equal(Array.from({ length: sent }, (_, i) => String(i)));
      expect(collected.deliveries.some(({ redelivered }) => redelivered)).to.equal(false);
      expect(bus.stats.reconnects).to.equal(0);
    });

    it('applies to later calls of the bus, and names what only the old one has', async () => {
      const [events, feed, next] = [createEvents(), createFeed(), createMore()];
      const old = union(events.topology, feed.topology);
      const bus = await open(old);

      const left = await bus.replaceTopology({ topology: next.topology });

      await expectCode(bus.publish(events.exchange, createMessage(), within()), 'UNROUTABLE');
      expect(() => bus.consume(events.queue, async () => [])).to.throw(TypeError);
      expect(() => bus.follow(feed.feed, () => {}, { from: 'next' })).to.throw(TypeError);
      expect(await failureOf(bus.newestOffset(feed.feed))).to.be.instanceOf(TypeError);
      expect((await bus.inspect()).map(({ name }) => name)).to.deep.equal([next.queue, `${next.queue}.dead`]);
      expect(left).to.deep.equal({
        exchanges: [events.exchange, feed.exchange],
        queues: [events.queue, `${events.queue}.dead`, feed.feed],
        bindings: old.bindings,
        exchangeBindings: [],
      });
    });

    it('lets the subscriptions to removed queues continue, with their retries and dead letters', async () => {
      const [events, next] = [createEvents(), createMore()];
      const [bus, other] = [await open(events.topology), await open(events.topology)];
      const outcome = ({ attempt }: { attempt: number }): Outcome =>
        attempt === 1 ? { kind: 'retry', delayMs: 0, reason: 'once' } : { kind: 'reject', reason: 'twice' };
      const collected = await collect(bus, events.queue, { outcome });
      const dead = await collect(other, `${events.queue}.dead`);

      await bus.replaceTopology({ topology: next.topology });
      await publishAll(other, events.exchange, ['1']);

      await until(() => dead.deliveries.length === 1);
      expect(collected.deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 2]);
      await collected.subscription.close();
      await publishAll(other, events.exchange, ['2']);
      await until(async () => (await other.inspect()).some(({ messages }) => messages === 1));
      expect(collected.deliveries.length).to.equal(2);
    });

    it('lets the followers of a removed feed continue', async () => {
      const [feed, next] = [createFeed(), createMore()];
      const [bus, other] = [await open(feed.topology), await open(feed.topology)];
      const texts: string[] = [];
      const following = bus.follow(feed.feed, ({ body }) => void texts.push(String(body)), { from: 'next' });
      await following.ready;

      await bus.replaceTopology({ topology: next.topology });
      await publishAll(other, feed.exchange, ['1']);

      await until(() => texts.includes('1'));
      expect(following.trouble).to.equal(undefined);
      await following.close();
    });

    it('answers the requests that were sent before, and those to its new exchanges', async () => {
      const [rpc, more] = [createRpc(), createRpc()];
      use(more.topology, remove);
      const bus = await open(rpc.topology);
      const outcome = ({ body }: { body: Buffer }): Outcome => ({ kind: 'reply', body });
      const [asked, replaced] = [createGate(), createGate()];
      await collect(bus, rpc.queue, {
        outcome: async (delivery) => {
          asked.open();
          await replaced.passed;
          return outcome(delivery);
        },
      });
      const before = bus.request(rpc.exchange, createMessage('before'), within());
      await asked.passed;

      await bus.replaceTopology({ topology: more.topology });
      replaced.open();

      await collect(bus, more.queue, { outcome });
      const after = await bus.request(more.exchange, createMessage('after'), within());
      expect([String((await before).body), String(after.body)]).to.deep.equal(['before', 'after']);
      await expectCode(bus.request(rpc.exchange, createMessage(), within()), 'UNROUTABLE');
    });

    it('is replaced by the next one, in the order of the calls', async () => {
      const [first, second, third] = [createEvents(), createMore(), createMore()];
      const bus = await open(first.topology);

      const left = await Promise.all([
        bus.replaceTopology({ topology: second.topology }),
        bus.replaceTopology({ topology: third.topology }),
        bus.replaceTopology({ topology: first.topology }),
      ]);

      expect(left.map(({ exchanges }) => exchanges)).to.deep.equal([
        [first.exchange],
        [second.exchange],
        [third.exchange],
      ]);
      const collected = await collect(bus, first.queue);
      await publishAll(bus, first.exchange, ['back']);
      await until(() => collected.texts().includes('back'));
      await expectCode(bus.publish(second.exchange, createMessage(), within()), 'UNROUTABLE');
    });

    it('leaves removed bindings in place, and reports them by key and arguments', async () => {
      const exchange = `contract/${randomUUID()}`;
      const [queue, inner] = [`${exchange}:queue`, `${exchange}:inner`];
      const base: Topology = {
        exchanges: [
          { name: exchange, type: 'topic' },
          { name: inner, type: 'headers' },
        ],
        queues: [{ kind: 'work', name: queue, deliveryLimit: 20 }],
        bindings: [],
      };
      const stays = { exchange: inner, queue, routingKey: '', arguments: { kind: 'order', size: 1 } };
      const leaves = { exchange: inner, queue, routingKey: '', arguments: { kind: 'order', size: 2 } };
      const direct = { exchange, queue, routingKey: 'a.*' };
      const link = { source: exchange, destination: inner, routingKey: 'b.#' };
      const old: Topology = { ...base, bindings: [stays, leaves, direct], exchangeBindings: [link] };
      const bus = await open(old);
      const same = { ...stays, arguments: { size: 1, kind: 'order' } };

      const left = await bus.replaceTopology({
        topology: { ...base, bindings: [same, { ...direct, routingKey: 'a.b' }] },
      });

      expect(left).to.deep.equal({ ...nothingLeft, bindings: [leaves, direct], exchangeBindings: [link] });
      const collected = await collect(bus, queue);
      await bus.publish(exchange, createMessage('left'), { ...within(), routingKey: 'a.z' });
      await until(() => collected.texts().includes('left'));
    });

    it('must be valid, or the old one stays', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const bindings = [
        { exchange, queue: 'nowhere', routingKey: '' },
        { exchange: 'nowhere', queue, routingKey: '' },
      ];

      for (const binding of bindings) {
        const failure = await failureOf(
          bus.replaceTopology({ topology: { ...topology, bindings: [binding] } }),
        );
        expect(failure).to.be.instanceOf(TypeError);
      }

      await bus.publish(exchange, createMessage(), within());
    });

    it('cannot be one of a closed bus', async () => {
      const { topology } = createEvents();
      const bus = await open(topology);
      await bus.close();

      await expectCode(bus.replaceTopology({ topology }), 'BROKER_UNAVAILABLE');
    });
  });
}
