import { expect } from 'chai';
import type { Delivery, Outcome } from '../../src/contract/message.ts';
import { until } from '../../../../test/support/until.ts';
import { ack, collect, createEvents, never, publishAll } from '../contract/fixtures.ts';
import { openBrokerProxy, openUpBus, urlThrough } from './fixtures.ts';

describe('a message that kills its connection at each delivery', () => {
  it('becomes a dead letter, and the messages around it are processed', async function () {
    this.timeout(40_000);
    const { topology, exchange, queue } = createEvents({ deliveryLimit: 10 });
    const proxy = await openBrokerProxy();
    const [bus, publisher] = [
      await openUpBus(topology, { urls: [urlThrough(proxy)] }),
      await openUpBus(topology),
    ];
    const texts = Array.from({ length: 30 }, (_none, index) => `neighbour ${index}`);
    await publishAll(publisher, exchange, ['killer', ...texts]);
    const done = new Set<string>();

    await collect(bus, queue, {
      concurrency: 8,
      outcome: ({ body }) => {
        const text = String(body);
        // The ack that follows no longer gets through.
        if (text === 'killer') proxy.reset();
        else done.add(text);
        return ack;
      },
    });
    const dead = await collect(publisher, `${queue}.dead`);

    await until(() => dead.deliveries.length > 0 && done.size === texts.length, { timeoutMs: 30_000 });
    expect(dead.texts()).to.deep.equal(['killer']);
  });
});

describe('a message that kills each process that has just started', () => {
  it('becomes a dead letter, without the messages behind it', async () => {
    const deliveryLimit = 8;
    const { topology, exchange, queue } = createEvents({ deliveryLimit });
    const survivor = await openUpBus(topology);
    const dead = await collect(survivor, `${queue}.dead`);
    const texts = Array.from({ length: 30 }, (_none, index) => `neighbour ${index}`);
    await publishAll(survivor, exchange, ['killer', ...texts]);

    const done = new Set<string>();
    const outcome = ({ body }: Delivery): Outcome | Promise<never> => {
      const text = String(body);
      if (text === 'killer') return never;
      done.add(text);
      return ack;
    };

    let deaths = 0;
    for (; dead.deliveries.length === 0; deaths += 1) {
      const proxy = await openBrokerProxy();
      const doomed = await openUpBus(topology, { urls: [urlThrough(proxy)] });
      const collected = await collect(doomed, queue, { prefetch: 30, outcome });
      await until(() => collected.texts().includes('killer') || dead.deliveries.length > 0);
      // Cut, since a bus that is closed returns the neighbours first.
      await proxy.close();
      await doomed.close({ timeoutMs: 0 });
    }
    // A process that finds it behind a neighbour returns it once, in order to take it alone.
    expect(deaths).to.be.within((deliveryLimit + 1) / 2, deliveryLimit + 2);

    await collect(survivor, queue, { outcome });
    await until(() => dead.deliveries.length > 0 && done.size === texts.length);
    expect(dead.texts()).to.deep.equal(['killer']);
  });
});
