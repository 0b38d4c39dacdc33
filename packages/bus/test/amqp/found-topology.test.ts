import { expect } from 'chai';
import { openBroker } from '../../../../test/support/broker.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createRpc } from '../contract/fixtures.ts';
import { openBus, openUpBus, untilUp } from './fixtures.ts';

describe('a user who may not declare the topology', () => {
  it('is back at once when a queue answers that did not', async function () {
    this.timeout(60_000);
    const broker = use(await openBroker(), (broker) => broker.close());
    const { topology, queue } = createRpc();
    await (await openUpBus(topology, { urls: [broker.url] })).close();
    await broker.rabbitmqctl('add_user', 'gateway', 'secret');
    await broker.rabbitmqctl('set_permissions', 'gateway', '^amq\\.gen', '.*', '.*');
    const url = Object.assign(new URL(broker.url), { username: 'gateway', password: 'secret' });
    const tell = (verb: 'suspend' | 'resume') =>
      broker.rabbitmqctl(
        'eval',
        `{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)),
        sys:${verb}(amqqueue:get_pid(Queue)).`,
      );
    await tell('suspend');
    const bus = openBus(topology, { urls: [url.href] });
    await until(() => bus.status.reason.includes('took longer than'), { timeoutMs: 20_000 });

    await tell('resume');

    const resumedMs = performance.now();
    await untilUp(bus);
    // One that was refused waits for at least as long, since somebody has to act first.
    expect(performance.now() - resumedMs).to.be.below(5_000);
  });
});
