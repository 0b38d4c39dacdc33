import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { collect, createEvents, createMessage, createRpc, expectCode, within } from '../contract/fixtures.ts';
import { openBrokerProxy, openBus, openUpBus, untilUp, urlThrough } from './fixtures.ts';

describe('a connection that fails on its way', () => {
  // RabbitMQ 3.10 has sent about 600 bytes after the handshake, and 1,300 when the channels are set up.
  for (let bytes = 1; bytes < 1300; bytes += 100) {
    it(`is made again when it is cut after ${bytes} bytes from the broker`, async () => {
      const { topology, exchange, queue } = createRpc();
      const proxy = await openBrokerProxy();
      proxy.cutAfter(bytes);
      const bus = openBus(topology, { urls: [urlThrough(proxy)] });
      const collecting = collect(bus, queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
      await until(() => proxy.accepted >= 4);

      proxy.heal();

      await collecting;
      const { body } = await until(() => bus.request(exchange, createMessage('hello'), within(1000)));
      expect(String(body)).to.equal('hello');
      expect(proxy.open).to.equal(2);
    });
  }

  it('is given up when the broker accepts it and then says nothing', async () => {
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

  for (const [what, directions, limitMs] of [
    ['either way', ['up', 'down'], 4500],
    ['from the broker', ['down'], 4500],
    // Here it is the broker who notices, in its own time.
    ['to the broker', ['up'], 15_000],
  ] as const) {
    it(`is noticed by its heartbeats when nothing comes through ${what} any more`, async () => {
      const { topology, exchange, queue } = createEvents();
      const proxy = await openBrokerProxy();
      const bus = await openUpBus(topology, { urls: [urlThrough(proxy)], heartbeatSeconds: 1 });
      const collected = await collect(bus, queue);
      proxy.blackHole(directions);
      const start = Date.now();

      await expectCode(bus.publish(exchange, createMessage('lost'), within(500)), 'PUBLISH_TIMEOUT');
      expect(Date.now() - start).to.be.within(490, 900);
      await until(() => bus.status.state === 'down', { timeoutMs: limitMs });
      proxy.heal();

      await untilUp(bus);
      expect(Date.now() - start).to.be.lessThan(limitMs);
      await bus.publish(exchange, createMessage('found'), within());
      await until(() => collected.texts().includes('found'));
    });
  }

  it('is destroyed when its close is not answered in time', async () => {
    const { topology, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    await collect(bus, queue);
    proxy.blackHole();
    const start = Date.now();

    await bus.close({ timeoutMs: 300 });

    expect(Date.now() - start).to.be.lessThan(600);
    await until(() => proxy.open === 0);
  });

  it('does not leave its sockets behind, however often it is broken off', async () => {
    const { topology, exchange, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const collected = await collect(bus, queue);

    for (let i = 0; i < 6; i += 1) {
      const before = proxy.accepted;
      proxy.reset();
      await until(() => proxy.accepted >= before + 2);
    }

    await untilUp(bus);
    await until(() => bus.publish(exchange, createMessage('still here'), within(1000)).then(() => true));
    await until(() => collected.texts().includes('still here'));
    expect(proxy.open).to.equal(2);
  });
});
