import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Bus } from '../../src/contract/bus.ts';
import type { Delivery } from '../../src/contract/message.ts';
import { ack, collect, createMessage, createOrdered, within } from '../contract/fixtures.ts';
import { openBrokerProxy, openUpBus, urlThrough } from './fixtures.ts';

/** The key of a message whose text is its key and a number, such as `a1`. */
const orderingKey = ({ body }: Delivery): string => String(body).slice(0, 1);

async function publish(bus: Bus, exchange: string, texts: readonly string[]): Promise<void> {
  for (const text of texts)
    await bus.publish(exchange, createMessage(text), { ...within(), routingKey: '0' });
}

function numbered(key: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => `${key}${index}`);
}

describe('messages of an ordered queue that come back often', () => {
  it('stay in order, however often the queue is handed over', async function () {
    this.timeout(40_000);
    const { topology, exchange, queue } = createOrdered({ deliveryLimit: 50 });
    const bus = await openUpBus(topology);
    const texts = numbered('a', 150);
    await publish(bus, exchange, texts);

    const { subscription, texts: begun } = await collect(bus, queue, {
      orderingKey,
      outcome: async () => {
        await sleep(10);
        return ack;
      },
    });
    for (let turns = 0; turns < 16; turns += 1) {
      const before = begun().length;
      await until(() => begun().length > before + 1);
      await subscription.pause();
      await sleep(20);
      subscription.resume();
    }

    await until(() => begun().length === texts.length, { timeoutMs: 20_000 });
    expect(begun()).to.deep.equal(texts);
  });

  it('become dead letters if they kill each process, and those behind them do not', async function () {
    this.timeout(40_000);
    const { topology, exchange, queue } = createOrdered({ deliveryLimit: 13 });
    const proxy = await openBrokerProxy();
    const [bus, publisher] = [
      await openUpBus(topology, { urls: [urlThrough(proxy)] }),
      await openUpBus(topology),
    ];
    const neighbours = [...numbered('k', 20), ...numbered('b', 20)];
    await publish(publisher, exchange, ['killer', ...neighbours]);
    const done: string[] = [];

    await collect(bus, queue, {
      concurrency: 8,
      orderingKey,
      outcome: ({ body }) => {
        const text = String(body);
        // The ack that follows no longer gets through.
        if (text === 'killer') proxy.reset();
        else done.push(text);
        return ack;
      },
    });
    const dead = await collect(publisher, `${queue}.dead`);

    await until(() => dead.deliveries.length > 0 && done.length >= neighbours.length, { timeoutMs: 30_000 });
    expect(dead.texts()).to.deep.equal(['killer']);
    expect([...new Set(done.filter((text) => text.startsWith('k')))]).to.deep.equal(numbered('k', 20));
  });
});
