import { expect } from 'chai';
import { withChannel } from '../../../../../test/support/amqp.ts';
import { until } from '../../../../../test/support/until.ts';
import { createEvents, createMessage, expectCode, publishAll, within } from '../../contract/fixtures.ts';
import { openBrokerProxy, openBus, openUpBus, untilUp, urlThrough } from '../fixtures.ts';

describe('inspecting queues over RabbitMQ', () => {
  it('omits a deleted queue, and reports the others', async () => {
    const { topology, exchange, queues } = createEvents({ queues: 3 });
    const [first = '', second = '', third = ''] = queues;
    const bus = await openUpBus(topology);
    await publishAll(bus, exchange, ['1', '2']);
    await withChannel(async (channel) => {
      await channel.deleteQueue(first);
      await channel.deleteQueue(`${second}.dead`);
    });

    const depths = await bus.inspect();

    expect(depths.map(({ name, messages }) => [name, messages])).to.deep.equal([
      [`${first}.dead`, 0],
      [second, 2],
      [third, 2],
      [`${third}.dead`, 0],
    ]);
    await bus.publish(exchange, createMessage(), within());
    expect(bus.stats.reconnects).to.equal(0);
  });

  it('asks the broker once for all callers within a second', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);

    const [first, second] = await Promise.all([bus.inspect(), bus.inspect()]);
    await publishAll(bus, exchange, ['1']);
    const third = await bus.inspect();

    expect(second).to.equal(first);
    expect(third).to.equal(first);
    await until(async () =>
      (await bus.inspect()).some(({ name, messages }) => name === queue && messages === 1),
    );
  });

  it('does not keep the channels on which it asked', async () => {
    const { topology } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = openBus(topology, {
      urls: [urlThrough(proxy, (url) => url.searchParams.set('channelMax', '5'))],
    });
    await untilUp(bus);

    for (let look = 0; look < 4; look += 1) {
      const seen = await bus.inspect();
      await until(async () => (await bus.inspect()) !== seen);
    }

    expect(bus.status.state).to.equal('up');
  });

  it('is refused while the broker is away, and in time when it is silent', async function () {
    this.timeout(15_000);
    const proxy = await openBrokerProxy();
    const bus = openBus(createEvents().topology, { urls: [urlThrough(proxy)] });
    await expectCode(bus.inspect(), 'BROKER_UNAVAILABLE');
    await untilUp(bus);
    await until(() =>
      bus.inspect().then(
        () => true,
        () => false,
      ),
    );

    proxy.blackHole();
    const start = performance.now();
    await until(() =>
      bus.inspect().then(
        () => false,
        () => true,
      ),
    );

    expect(performance.now() - start).to.be.below(5000);
  });
});
