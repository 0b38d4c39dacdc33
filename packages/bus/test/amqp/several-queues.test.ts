import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Delivery, Outcome } from '../../src/contract/message.ts';
import { ack, collect, createEvents, never, publishAll } from '../contract/fixtures.ts';
import { union } from '../contract/replacing.ts';
import { openBrokerProxy, openForeignChannel, openUpBus, urlThrough } from './fixtures.ts';

describe('a subscription to several queues on RabbitMQ', () => {
  it('continues with the others while one is unusable, and resumes it afterwards', async function () {
    this.timeout(30_000);
    const [good, bad] = [createEvents(), createEvents()];
    const channel = await openForeignChannel();
    await channel.assertQueue(bad.queue, { durable: true });
    const bus = await openUpBus(union(good.topology, bad.topology), { redeclareMs: 100 });
    const texts: string[] = [];
    const subscription = bus.consume([bad.queue, good.queue], async (batch) => {
      texts.push(...batch.map(({ body }) => String(body)));
      return batch.map(() => ack);
    });

    await publishAll(bus, good.exchange, ['good']);
    await until(() => texts.includes('good'));
    await until(() => subscription.trouble?.startsWith(`${bad.queue}: `));
    await channel.deleteQueue(bad.queue);
    await subscription.ready;
    await publishAll(bus, bad.exchange, ['had been bad']);

    await until(() => texts.includes('had been bad'));
    expect(subscription.trouble).to.equal(undefined);
  });

  it('loses only the message that kills each process, whatever queue it is in', async function () {
    this.timeout(60_000);
    const deliveryLimit = 20;
    const [first, second] = [createEvents({ deliveryLimit }), createEvents({ deliveryLimit })];
    const topology = union(first.topology, second.topology);
    const queues = [first.queue, second.queue];
    const survivor = await openUpBus(topology);
    const dead = await collect(
      survivor,
      queues.map((queue) => `${queue}.dead`),
    );
    const texts = Array.from({ length: 15 }, (_none, index) => `neighbour ${index}`);
    await publishAll(survivor, first.exchange, ['killer', ...texts]);
    await publishAll(survivor, second.exchange, texts);
    const done = new Set<string>();
    const outcome = ({ body, queue }: Delivery): Outcome | Promise<never> => {
      if (String(body) === 'killer') return never;
      done.add(`${queue} ${String(body)}`);
      return ack;
    };

    while (dead.deliveries.length === 0) {
      const proxy = await openBrokerProxy();
      const doomed = await openUpBus(topology, { urls: [urlThrough(proxy)] });
      const collected = await collect(doomed, queues, { prefetch: 20, outcome });
      await until(() => collected.texts().includes('killer') || dead.deliveries.length > 0);
      // Cut, since a bus that is closed returns the neighbours first.
      await proxy.close();
      await doomed.close({ timeoutMs: 0 });
    }
    await collect(survivor, queues, { outcome });

    await until(() => done.size === 2 * texts.length);
    expect(dead.texts()).to.deep.equal(['killer']);
  });
});
