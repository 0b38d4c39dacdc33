import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { ack, collect, type Collected, createEvents, createMessage, within } from '../contract/fixtures.ts';
import { openForeignChannel, openUpBus } from './fixtures.ts';

/** Shorter than any delay that the broker provides, so that the consumer holds the message meanwhile. */
const shortDelayMs = 240;

describe('a message that a closing subscription holds', () => {
  it('goes back to its queue when it waits for its next attempt', async () => {
    const { topology, queue } = createEvents();
    const bus = await openUpBus(topology);
    const channel = await openForeignChannel();
    let closed: Promise<void> | undefined;
    const closing: Collected = await collect(bus, queue, {
      outcome: () => {
        closed = closing.subscription.close();
        return ack;
      },
    });

    const headers = { 'x-retry-at': Date.now() + shortDelayMs };
    channel.sendToQueue(queue, Buffer.from('held'), { headers });
    channel.sendToQueue(queue, Buffer.from('close now'));
    await until(() => closed !== undefined);
    await closed;

    // On a very slow machine, its time has already come.
    const next = await collect(bus, queue);
    await until(() => [...closing.texts(), ...next.texts()].includes('held'));
  });

  it('goes back to its queue when it arrives after closing has begun', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    let closed: Promise<void> | undefined;
    const closing: Collected = await collect(bus, queue, {
      prefetch: 64,
      outcome: () => {
        closed ??= closing.subscription.close();
        return ack;
      },
    });

    // More than one read of the socket returns.
    const texts = Array.from({ length: 64 }, (_none, n) => `${n} ${'x'.repeat(32_000)}`);
    await Promise.all(texts.map((text) => bus.publish(exchange, createMessage(text), within())));
    await until(() => closed !== undefined);
    await closed;

    const next = await collect(bus, queue);
    await until(() => closing.deliveries.length + next.deliveries.length === texts.length);
    expect([...closing.texts(), ...next.texts()]).to.have.members(texts);
  });
});
