import { expect } from 'chai';
import { withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { ack, collect, createEvents, createMessage, createRpc, within } from '../contract/fixtures.ts';
import { openBrokerProxy, openUpBus, urlThrough } from './fixtures.ts';

describe('the bus under load', () => {
  it('gives each of 10,000 concurrent requests its own reply', async () => {
    const { topology, exchange, queue } = createRpc();
    const [caller, worker] = [await openUpBus(topology), await openUpBus(topology)];
    await collect(worker, queue, {
      concurrency: 100,
      prefetch: 500,
      outcome: ({ body }) => ({ kind: 'reply', body: Buffer.from(`re ${String(body)}`) }),
    });

    const replies = await Promise.all(
      Array.from({ length: 10_000 }, (_, i) =>
        caller.request(exchange, createMessage(String(i)), within(18_000)),
      ),
    );

    expect(replies.map(({ body }) => String(body))).to.deep.equal(replies.map((_, i) => `re ${i}`));
    expect(caller.stats).to.deep.include({ pendingRequests: 0, lateReplies: 0, unconfirmed: 0 });
  });

  it('leaves nothing behind when it closes right after 5,000 acks', async () => {
    const { topology, exchange, queue } = createEvents();
    const [publisher, worker] = [await openUpBus(topology), await openUpBus(topology)];
    for (let published = 0; published < 5000; published += 500) {
      await Promise.all(
        Array.from({ length: 500 }, () => publisher.publish(exchange, createMessage('x'), within())),
      );
    }
    let worked = 0;
    const done = new Promise<void>((resolve) => {
      worker.consume(
        queue,
        async (batch) => {
          worked += batch.length;
          if (worked >= 5000) setImmediate(resolve);
          return batch.map(() => ack);
        },
        { batchSize: 100, concurrency: 4 },
      );
    });

    await done;
    await worker.close();

    expect(worked).to.equal(5000);
    const { messageCount } = await withChannel((channel) => channel.checkQueue(queue));
    expect(messageCount).to.equal(0);
  });

  it('loses no confirmed message, however often its connections are reset', async () => {
    const { topology, exchange, queue } = createEvents({ deliveryLimit: 1000 });
    const proxy = await openBrokerProxy();
    const urls = [urlThrough(proxy)];
    const [publisher, worker] = [await openUpBus(topology, { urls }), await openUpBus(topology, { urls })];
    const collected = await collect(worker, queue, { batchSize: 10, concurrency: 2 });
    const confirmed = new Set<string>();
    const tried = new Set<string>();
    const end = Date.now() + 5000;

    const resets = setInterval(() => proxy.reset(), 400);
    while (Date.now() < end) {
      const message = createMessage('x');
      tried.add(message.messageId);
      await publisher.publish(exchange, message, within(2000)).then(
        () => confirmed.add(message.messageId),
        () => undefined,
      );
    }
    clearInterval(resets);

    expect(confirmed.size).to.be.greaterThan(10);
    await until(() => {
      const received = new Set(collected.deliveries.map(({ messageId }) => messageId));
      return [...confirmed].every((id) => received.has(id));
    });
    expect(collected.deliveries.every(({ messageId }) => tried.has(messageId))).to.equal(true);
    await until(() => proxy.open === 4);
  });

  it('returns 300 messages with mixed delays in time, each with its attempt', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const late: number[] = [];
    const dueMs = new Map<string, number>();
    await collect(bus, queue, {
      batchSize: 50,
      outcome: ({ messageId, attempt, body }) => {
        if (attempt === 2) late.push(Date.now() - (dueMs.get(messageId) ?? 0));
        if (attempt === 2) return ack;
        dueMs.set(messageId, Date.now() + Number(body));
        return { kind: 'retry', delayMs: Number(body), reason: 'later' };
      },
    });

    await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        bus.publish(exchange, createMessage(String((i * 37) % 3000)), within()),
      ),
    );

    await until(() => late.length === 300);
    expect(Math.min(...late)).to.be.at.least(0);
    expect(Math.max(...late)).to.be.lessThan(1000);
  });
});
