import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { silentLog } from '@restmapper/core';
import { connect } from 'amqplib';
import { expect } from 'chai';
import {
  createEvents,
  createMessage,
  expectCode,
  within,
} from '../../packages/bus/test/contract/fixtures.ts';
import { openBus, openUpBus } from '../../packages/bus/test/amqp/fixtures.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { printFigures } from '../support/figures.ts';
import { openProxyTo } from './support/proxy.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { openServers } from './support/servers.ts';

const secret = 'never-to-be-told';

/** A user that may connect, and nothing else. */
async function addPowerlessUser(rabbitmqctl: (...args: string[]) => Promise<string>): Promise<string> {
  const name = `powerless-${randomUUID()}`;
  await rabbitmqctl('add_user', name, secret);
  use(name, () => rabbitmqctl('delete_user', name));
  await rabbitmqctl('set_permissions', name, '^$', '^$', '^$');
  return name;
}

/** Declares a work queue with arguments other than those of the topology. */
async function makeOtherQueue(url: string, queue: string): Promise<void> {
  const model = await connect(url);
  const channel = await model.createChannel();
  await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 } });
  await model.close();
}

describe('F22: a broker that refuses', function () {
  this.timeout(faultTimeoutMs);

  const cases: readonly RefusalCase[] = [
    { what: 'the password', change: (url) => void (url.password = secret), reason: /ACCESS_REFUSED/ },
    { what: 'the virtual host', change: (url) => void (url.pathname = '/none'), reason: /virtual host/ },
    { what: 'a user without permissions', isPowerless: true, reason: /cannot declare .*ACCESS_REFUSED/ },
  ];

  it('is reported as one clear error, and not flooded with attempts', async () => {
    const { broker } = await openServers();
    const powerless = await addPowerlessUser(broker.rabbitmqctl);
    // Another application, whose bus declares what all applications share.
    await (await openUpBus(createEvents().topology, { urls: [broker.url] })).close();
    const waitMs = sized({ short: 1_500, full: 60_000 });
    const refusals = await Promise.all(
      cases.map(async ({ what, change = () => {}, isPowerless, reason }) => {
        const { topology } = createEvents();
        const proxy = await openProxyTo(broker);
        const url = new URL(proxy.url);
        if (isPowerless) [url.username, url.password] = [powerless, secret];
        change(url);
        const warnings: string[] = [];
        const log = { ...silentLog, warn: (fields: object) => void warnings.push(JSON.stringify(fields)) };
        const bus = openBus(topology, { urls: [url.href], log });
        await until(() => reason.test(bus.status.reason));
        await until(() => proxy.accepted === 2 && proxy.open === 0);
        return { what, reason, bus, proxy, warnings };
      }),
    );

    await sleep(waitMs);

    for (const { what, reason, bus, proxy, warnings } of refusals) {
      printFigures('F22', {
        refused: what,
        'waited ms': waitMs,
        attempts: proxy.accepted,
        warnings: warnings.length,
      });
      expect(bus.status.state).to.equal('down');
      // Each of its two connections waits at least five seconds.
      expect(proxy.accepted, what).to.be.at.most(2 + 2 * Math.floor(waitMs / 5_000));
      expect(warnings, what).to.have.length(1);
      expect(warnings[0]).to.match(reason).and.not.contain(secret);
    }
  });
});

describe('F22: a broker that has a queue with other arguments', function () {
  this.timeout(faultTimeoutMs);

  it('is reported as one clear error, retried at intervals, and used for everything else', async () => {
    const { broker } = await openServers();
    const [other, sound] = [createEvents(), createEvents()];
    await makeOtherQueue(broker.url, other.queue);
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (fields: object) => void warnings.push(JSON.stringify(fields)) };
    const topology = {
      exchanges: [...other.topology.exchanges, ...sound.topology.exchanges],
      queues: [...other.topology.queues, ...sound.topology.queues],
      bindings: [...other.topology.bindings, ...sound.topology.bindings],
    };
    const bus = await openUpBus(topology, { urls: [broker.url], log });
    const waitMs = sized({ short: 6_000, full: 60_000 });

    await sleep(waitMs);

    await expectCode(bus.publish(other.exchange, createMessage(), within()), 'NOT_DECLARED');
    await bus.publish(sound.exchange, createMessage(), within());
    const refusal = new RegExp(`inequivalent arg '[^']+' for queue '${other.queue}'`);
    const attempts = (await broker.log()).split(refusal).length - 1;
    printFigures('F22', { refused: 'a queue', 'waited ms': waitMs, attempts, warnings: warnings.length });
    expect(bus.status.state).to.equal('up');
    // Each of its two connections tries when it opens; then one of them, after at least five seconds.
    expect(attempts).to.be.within(2, 2 + Math.ceil(waitMs / 5_000));
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/cannot declare .*inequivalent arg/);
    expect(bus.unavailable.map(({ name }) => name)).to.have.members([other.exchange, other.queue]);
  });
});

interface RefusalCase {
  readonly what: string;
  readonly reason: RegExp;
  readonly change?: (url: URL) => void;
  readonly isPowerless?: boolean;
}
