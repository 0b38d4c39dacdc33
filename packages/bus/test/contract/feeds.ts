import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Bus, FollowOptions } from '../../src/contract/bus.ts';
import type { FeedMessage } from '../../src/contract/message.ts';
import {
  collect,
  createEvents,
  createFeed,
  createMessage,
  failureOf,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

interface Followed {
  readonly messages: FeedMessage[];
  texts(): string[];
  offsets(): number[];
  close(): Promise<void>;
}

async function follow(bus: Bus, feed: string, from: FollowOptions['from']): Promise<Followed> {
  const messages: FeedMessage[] = [];
  const subscription = bus.follow(feed, (message) => void messages.push(message), { from });
  use(subscription, () => subscription.close());
  await subscription.ready;
  return {
    messages,
    texts: () => messages.map(({ body }) => String(body)),
    offsets: () => messages.map(({ offset }) => offset),
    close: () => subscription.close(),
  };
}

export function describeFeeds(open: OpenBus): void {
  describe('a feed', () => {
    it('numbers its messages from 0, without holes, in the order of publishing', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      const texts = Array.from({ length: 300 }, (_, i) => `m${i}`);
      const followed = await follow(bus, feed, 'first');

      await Promise.all(texts.map((text) => bus.publish(exchange, createMessage(text), within())));

      await until(() => followed.messages.length === 300);
      expect(followed.texts()).to.deep.equal(texts);
      expect(followed.offsets()).to.deep.equal(texts.map((_, i) => i));
    });

    it('carries the message unchanged', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      const message = createMessage('\u0000{"a":1.0}', { 'x-request-id': 'größer', n: -1 });
      const followed = await follow(bus, feed, 'first');

      await bus.publish(exchange, message, within());

      const received = await until(() => followed.messages[0]);
      const { messageId, type, headers, body } = received;
      expect({ messageId, type, headers }).to.deep.equal({
        messageId: message.messageId,
        type: message.type,
        headers: message.headers,
      });
      expect(body.equals(message.body)).to.equal(true);
      expect(received.timestampMs).to.be.closeTo(message.timestampMs, 1000);
    });

    it('shows all followers the same messages at the same offsets', async () => {
      const { topology, exchange, feed } = createFeed();
      const [one, other] = [await open(topology), await open(topology)];
      const followed = [await follow(one, feed, 'next'), await follow(other, feed, 'next')];

      await publishAll(one, exchange, ['a', 'b', 'c']);

      for (const { messages, texts, offsets } of followed) {
        await until(() => messages.length === 3);
        expect(texts()).to.deep.equal(['a', 'b', 'c']);
        expect(offsets()).to.deep.equal([0, 1, 2]);
      }
    });

    it('starts with the next message when asked to', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['old 0', 'old 1']);
      const followed = await follow(bus, feed, 'next');

      await publishAll(bus, exchange, ['new']);

      await until(() => followed.messages.length > 0);
      expect(followed.texts()).to.deep.equal(['new']);
      expect(followed.offsets()).to.deep.equal([2]);
    });

    it('starts with the first message it holds when asked to', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['a', 'b']);

      const followed = await follow(bus, feed, 'first');

      await publishAll(bus, exchange, ['c']);
      await until(() => followed.messages.length === 3);
      expect(followed.texts()).to.deep.equal(['a', 'b', 'c']);
    });

    it('resumes after any offset with exactly the rest', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      const texts = Array.from({ length: 20 }, (_, i) => `m${i}`);
      await publishAll(bus, exchange, texts);

      for (const after of [0, 7, 18]) {
        const followed = await follow(bus, feed, { after });
        await until(() => followed.messages.length === 19 - after);
        expect(followed.texts()).to.deep.equal(texts.slice(after + 1));
        expect(followed.offsets()[0]).to.equal(after + 1);
        await followed.close();
      }
    });

    it('starts with the requested number of newest messages, and is then ready', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      await publishAll(
        bus,
        exchange,
        Array.from({ length: 50 }, (_, i) => `m${i}`),
      );

      for (const last of [1, 20, 1000]) {
        const followed = await follow(bus, feed, { last });

        const first = Math.max(0, 50 - last);
        expect(followed.offsets()).to.deep.equal(Array.from({ length: 50 - first }, (_, i) => first + i));
        await followed.close();
      }
    });

    it('continues with the messages after the newest ones', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['a', 'b', 'c']);
      const followed = await follow(bus, feed, { last: 2 });

      await publishAll(bus, exchange, ['d']);

      await until(() => followed.messages.length === 3);
      expect(followed.texts()).to.deep.equal(['b', 'c', 'd']);
      expect(followed.offsets()).to.deep.equal([1, 2, 3]);
    });

    it('is ready when it is empty and its newest messages are asked for, and shows the first that comes', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      const followed = await follow(bus, feed, { last: 5 });
      expect(followed.messages).to.deep.equal([]);

      await publishAll(bus, exchange, ['a']);

      await until(() => followed.messages.length === 1);
      expect(followed.offsets()).to.deep.equal([0]);
    });

    it('reports no gap as long as nothing is dropped', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      const breaks: string[] = [];
      const offsets: number[] = [];
      const subscription = bus.follow(feed, ({ offset }) => void offsets.push(offset), {
        from: { last: 10 },
        onBreak: (why) => void breaks.push(why),
      });
      await use(subscription, () => subscription.close()).ready;

      await publishAll(bus, exchange, ['a', 'b']);

      await until(() => offsets.length === 2);
      expect(breaks).to.deep.equal([]);
    });

    it('shows the next message to a follower that resumes after the last', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['a', 'b']);
      const followed = await follow(bus, feed, { after: 1 });

      await publishAll(bus, exchange, ['c']);

      await until(() => followed.messages.length > 0);
      expect(followed.texts()).to.deep.equal(['c']);
    });

    it('notifies a follower that resumes beyond its end, and shows it everything', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['a', 'b']);
      const seen: string[] = [];

      const subscription = bus.follow(feed, ({ body }) => void seen.push(String(body)), {
        from: { after: 7 },
        onBreak: (why) => void seen.push(`(${why})`),
      });
      use(subscription, () => subscription.close());

      await until(() => seen.length === 3);
      await publishAll(bus, exchange, ['c']);
      await until(() => seen.length === 4);
      expect(seen).to.deep.equal(['(recreated)', 'a', 'b', 'c']);
    });

    it('reports the offset of its newest message', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      const none = await bus.newestOffset(feed);
      await publishAll(bus, exchange, ['a', 'b', 'c']);

      const newest = await bus.newestOffset(feed);

      expect([none, newest]).to.deep.equal([undefined, 2]);
      expect(await failureOf(bus.newestOffset('feed:none'))).to.be.instanceOf(TypeError);
    });

    it('shows nothing more to a follower that has stopped', async () => {
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);
      const [stopped, going] = [await follow(bus, feed, 'first'), await follow(bus, feed, 'first')];
      await publishAll(bus, exchange, ['a']);
      await until(() => stopped.messages.length === 1);

      await stopped.close();

      await publishAll(bus, exchange, ['b']);
      await until(() => going.messages.length === 2);
      expect(stopped.texts()).to.deep.equal(['a']);
    });

    it('gets the same messages as the work queues of its exchange', async () => {
      const events = createEvents();
      const { topology, feed } = createFeed();
      const bus = await open({
        exchanges: events.topology.exchanges,
        queues: [...events.topology.queues, ...topology.queues],
        bindings: [...events.topology.bindings, { exchange: events.exchange, queue: feed, routingKey: '' }],
      });
      const collected = await collect(bus, events.queue);
      const followed = await follow(bus, feed, 'first');

      await publishAll(bus, events.exchange, ['a', 'b']);

      await until(() => collected.deliveries.length === 2 && followed.messages.length === 2);
      expect(followed.messages.map(({ messageId }) => messageId)).to.deep.equal(
        collected.deliveries.map(({ messageId }) => messageId),
      );
    });

    it('makes an exchange routable on its own', async () => {
      const { topology, exchange } = createFeed();
      const bus = await open(topology);

      await bus.publish(exchange, createMessage(), within());

      expect(bus.stats.unconfirmed).to.equal(0);
    });
  });
}
