import { expect } from 'chai';
import { until } from '../../../../../test/support/until.ts';
import { collect, createEvents, never, publishAll } from '../../contract/fixtures.ts';
import { openBrokerProxy, openForeignChannel, openUpBus, urlThrough } from '../fixtures.ts';

describe('the messages of a consumer that vanished', () => {
  it('return in order, the first that it took alone before the rest', async () => {
    const { topology, exchange, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const [doomed, survivor] = [
      await openUpBus(topology, { urls: [urlThrough(proxy)] }),
      await openUpBus(topology),
    ];
    const channel = await openForeignChannel();
    const texts = ['1', '2', '3', '4', '5'];
    const first = await collect(doomed, queue, { prefetch: 10, outcome: () => never });
    await publishAll(survivor, exchange, texts);
    await until(async () => (await channel.checkQueue(queue)).messageCount === 0);

    proxy.refuse();
    proxy.reset();

    const second = await collect(survivor, queue, { prefetch: 1 });
    await until(() => second.deliveries.length === texts.length);
    expect(first.texts()).to.deep.equal(['1']);
    expect(second.texts()).to.deep.equal(texts);
  });
});
