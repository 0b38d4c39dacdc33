import { expect } from 'chai';
import { openBroker } from '../../../../test/support/broker.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createEvents, createMessage, expectCode, within } from '../contract/fixtures.ts';
import { openUpBus } from './fixtures.ts';

describe('a channel on which the broker no longer responds', () => {
  it('is replaced, so that messages waiting on it do not fill the window', async function () {
    this.timeout(60_000);
    const broker = use(await openBroker(), (broker) => broker.close());
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology, { urls: [broker.url] });
    const tell = (what: 'suspend' | 'resume') =>
      broker.rabbitmqctl(
        'eval',
        `{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)),
        sys:${what}(amqqueue:get_pid(Queue)).`,
      );
    await bus.publish(exchange, createMessage('before'), within());
    await tell('suspend');

    await expectCode(bus.publish(exchange, createMessage(), within(300)), 'PUBLISH_TIMEOUT');

    expect(bus.stats.unconfirmed).to.equal(1);
    await until(() => bus.stats.unconfirmed === 0);
    await tell('resume');
    await bus.publish(exchange, createMessage('after'), within());
    expect(bus.stats.reconnects).to.equal(0);
  });
});
