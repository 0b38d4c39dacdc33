import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { ack, createEvents } from '../contract/fixtures.ts';
import { openBrokerProxy, openForeignChannel, openUpBus, urlThrough } from './fixtures.ts';

describe('a subscription that is paused while its channel is being set up', () => {
  it('consumes nothing once the pause is complete', async () => {
    const { topology, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const channel = await openForeignChannel();
    proxy.slow(100);
    const subscription = bus.consume(queue, async (batch) => batch.map(() => ack));
    // The broker has begun to deliver, and the bus does not know it yet.
    await until(async () => (await channel.checkQueue(queue)).consumerCount === 1);

    await subscription.pause();

    expect((await channel.checkQueue(queue)).consumerCount).to.equal(0);
  });
});
