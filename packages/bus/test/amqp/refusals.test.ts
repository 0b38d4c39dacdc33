import { expect } from 'chai';
import { withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { silentLog } from '../../src/log.ts';
import { createEvents } from '../contract/fixtures.ts';
import { openBrokerProxy, openBus, urlThrough } from './fixtures.ts';

describe('a bus that the broker refuses', () => {
  for (const [what, change, reason] of [
    ['the password', (url: URL) => (url.password = 'wrong'), 'ACCESS_REFUSED'],
    ['the virtual host', (url: URL) => (url.pathname = '/none'), 'virtual host'],
  ] as const) {
    it(`says that it is ${what}, once, and does not storm the broker`, async () => {
      const proxy = await openBrokerProxy();
      const warnings: string[] = [];
      const log = { ...silentLog, warn: (fields: object) => void warnings.push(JSON.stringify(fields)) };

      const bus = openBus(createEvents().topology, { urls: [urlThrough(proxy, change)], log });

      await until(() => bus.status.reason.includes(reason));
      await until(() => proxy.accepted === 2 && proxy.open === 0);
      // Ten attempts at the usual pace would be over by now.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(proxy.accepted).to.equal(2);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.contain(reason).and.not.contain('wrong');
    });
  }

  it('names the queue that exists with other arguments', async () => {
    const { topology, queue } = createEvents();
    await withChannel((channel) =>
      channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 } }),
    );
    const proxy = await openBrokerProxy();

    const bus = openBus(topology, { urls: [urlThrough(proxy)] });

    await until(() => bus.status.reason.includes('PRECONDITION_FAILED'));
    expect(bus.status.state).to.equal('down');
    expect(bus.status.reason).to.contain(`cannot declare the queue ${queue}`).and.contain('inequivalent arg');
    await until(() => proxy.open === 0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(proxy.accepted).to.equal(2);
  });
});
