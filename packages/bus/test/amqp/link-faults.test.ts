import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { createEvents, createMessage, within } from '../contract/fixtures.ts';
import { openBrokerProxy, openBus, openUpBus, untilUp, urlThrough } from './fixtures.ts';

describe('a faulty connection', () => {
  it('is dropped when the broker accepts it and then says nothing', async () => {
    const proxy = await openBrokerProxy();
    proxy.blackHole();
    const bus = openBus(createEvents().topology, { urls: [urlThrough(proxy)], connectTimeoutMs: 200 });
    await until(() => proxy.accepted >= 4);
    expect(bus.status.reason).to.contain('connecting took longer than 200 ms');

    proxy.heal();

    await untilUp(bus);
    await until(() => proxy.open === 2);
  });

  it('works however slow it is', async () => {
    const { topology, exchange } = createEvents();
    const proxy = await openBrokerProxy();
    proxy.slow(20);

    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });

    await bus.publish(exchange, createMessage(), within());
  });
});
