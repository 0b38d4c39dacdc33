import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { type Broker, openBroker } from '../../../../test/support/broker.ts';
import { until } from '../../../../test/support/until.ts';
import type { Topology } from '@restmapper/core';
import type { Bus } from '../../src/contract/bus.ts';
import { collect, createEvents, createMessage, createRpc, expectCode, within } from '../contract/fixtures.ts';
import { union } from '../contract/replacing.ts';
import { openBus, openUpBus, untilUp } from './fixtures.ts';

describe('a queue for which the broker does not respond', () => {
  let broker: Broker;

  before('start a broker', async function () {
    this.timeout(60_000);
    broker = await openBroker();
  });

  after('end the broker', () => broker.close());

  /** The state of a queue whose cluster node has just died, until the other nodes notice. */
  async function tell(verb: 'suspend' | 'resume', queues: readonly string[]): Promise<void> {
    const names = queues.map((queue) => `<<"${queue}">>`).join(',');
    await broker.rabbitmqctl(
      'eval',
      `[begin {ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, Name)),
        sys:${verb}(amqqueue:get_pid(Queue)) end || Name <- [${names}]].`,
    );
  }

  async function countChannels(): Promise<number> {
    const list = await broker.rabbitmqctl('--quiet', '--no-table-headers', 'list_connections', 'channels');
    return list.split('\n').reduce((sum, line) => sum + Number(line), 0);
  }

  async function createRequests(count: number): Promise<{ queues: readonly string[]; topology: Topology }> {
    const all = Array.from({ length: count }, () => createRpc());
    const topology = union(...all.map((rpc) => rpc.topology), createEvents().topology);
    const worker = await openUpBus(topology, { urls: [broker.url] });
    for (const { queue } of all) {
      await collect(worker, queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
    }
    return { queues: all.map(({ queue }) => queue), topology };
  }

  /** The URL of a user who may use everything, and declare nothing. */
  async function addUser(): Promise<string> {
    const name = `user-${randomUUID()}`;
    await broker.rabbitmqctl('add_user', name, 'secret');
    await broker.rabbitmqctl('set_permissions', name, '^amq\\.gen', '.*', '.*');
    return Object.assign(new URL(broker.url), { username: name, password: 'secret' }).href;
  }

  for (const [user, urlOf] of [
    ['who may declare', async () => broker.url],
    ['who may not', addUser],
  ] as const) {
    it(`is unavailable alone, and at once available when it answers, for a user ${user}`, async function () {
      this.timeout(60_000);
      const { queues, topology } = await createRequests(10);
      const [healthy = '', ...silent] = queues;
      await tell('suspend', silent);

      const bus = openBus(topology, { urls: [await urlOf()], redeclareMs: 30_000 });
      await untilUp(bus, 12_000);

      await bus.publish(exchangeOfEvents(topology), createMessage(), within());
      expect(await ask(bus, healthy)).to.equal('asked');
      await Promise.all(silent.map((queue) => expectCode(ask(bus, queue), 'NOT_DECLARED')));
      expect(bus.unavailable.map(({ name }) => name)).to.include.members(silent);

      await tell('resume', silent);
      // The next regular declaration is half a minute away.
      await until(async () => (await ask(bus, silent[0] ?? '')) === 'asked', { timeoutMs: 5_000 });
      await until(() => bus.unavailable.length === 0);
    });
  }

  it('fails only its own requests when it falls silent later', async function () {
    this.timeout(60_000);
    const { queues, topology } = await createRequests(2);
    const [silent = '', healthy = ''] = queues;
    const bus = await openUpBus(topology, { urls: [broker.url] });
    await tell('suspend', [silent]);

    const first = await ask(bus, silent, 1_500).catch((error: unknown) => error);
    // Whether the queue, or its process that falls silent in between, has confirmed it.
    expect(first)
      .to.have.property('code')
      .that.matches(/^(RPC|PUBLISH)_TIMEOUT$/);
    await until(() => bus.unavailable.some(({ name }) => name === silent));
    await expectCode(ask(bus, silent), 'NOT_DECLARED');
    const askedMs = performance.now();
    expect(await ask(bus, healthy)).to.equal('asked');
    expect(performance.now() - askedMs).to.be.below(900);
    const depths = await bus.inspect();
    expect(depths.map(({ name }) => name))
      .to.include(healthy)
      .and.not.include(silent);

    await tell('resume', [silent]);
    await until(() => bus.unavailable.length === 0, { timeoutMs: 5_000 });
    expect(await ask(bus, silent)).to.equal('asked');
    expect(bus.stats.reconnects).to.equal(0);
  });

  it('keeps one channel, however often it is asked about', async function () {
    this.timeout(60_000);
    const { queues, topology } = await createRequests(1);
    await tell('suspend', queues);
    const bus = openBus(topology, { urls: [broker.url], redeclareMs: 20 });
    await untilUp(bus);
    const channels = await countChannels();

    for (let looks = 0; looks < 4; looks += 1) {
      const seen = await bus.inspect();
      await until(async () => (await bus.inspect()) !== seen);
    }

    await until(async () => (await countChannels()) <= channels);
    await tell('resume', queues);
    await until(async () => (await countChannels()) < channels);
  });
});

async function ask(bus: Bus, exchange: string, timeoutMs = 5_000): Promise<string> {
  const options = { ...within(), deadlineEpochMs: Date.now() + timeoutMs };
  const { body } = await bus.request(exchange, createMessage('asked'), options);
  return body.toString();
}

function exchangeOfEvents({ exchanges }: Topology): string {
  return exchanges.find(({ type }) => type === 'fanout')?.name ?? '';
}
