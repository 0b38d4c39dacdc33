import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { TcpProxy } from '../../../../test/support/tcp-proxy.ts';
import type { BusStatus } from '../../src/contract/bus.ts';
import {
  ack,
  collect,
  createEvents,
  createFeed,
  createGate,
  createMessage,
  createRpc,
  expectCode,
  never,
  publishAll,
  within,
} from '../contract/fixtures.ts';
import { openBrokerProxy, openBus, openUpBus, untilUp, urlThrough } from './fixtures.ts';

/** Breaks the bus's connections, and waits until it has reconnected. */
async function breakOff(proxy: TcpProxy, bus: { readonly status: BusStatus }): Promise<void> {
  proxy.reset();
  await until(() => bus.status.state === 'down');
  await until(() => bus.status.state === 'up');
}

describe('a bus whose connections are lost', () => {
  it('comes up when the broker does, having waited for it', async () => {
    const { topology, exchange } = createEvents();
    const proxy = await openBrokerProxy();
    proxy.refuse();
    const bus = openBus(topology, { urls: [urlThrough(proxy)] });
    await expectCode(bus.publish(exchange, createMessage(), within()), 'BROKER_UNAVAILABLE');
    expect(bus.status.reason).to.contain(String(proxy.port));

    proxy.heal();

    await untilUp(bus);
    await bus.publish(exchange, createMessage(), within());
    expect(bus.stats.reconnects).to.equal(0);
  });

  it('continues consuming, and gets its unsettled messages again', async () => {
    const { topology, exchange, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const gate = createGate();
    const collected = await collect(bus, queue, { outcome: () => gate.passed.then(() => ack) });
    await publishAll(bus, exchange, ['held']);
    await until(() => collected.deliveries.length === 1);

    await breakOff(proxy, bus);
    gate.open();

    await until(() => collected.deliveries.length === 2);
    await publishAll(bus, exchange, ['next']);
    await until(() => collected.texts().includes('next'));
    expect(collected.deliveries[1]).to.include({ redelivered: true, attempt: 1 });
    expect(bus.stats.reconnects).to.equal(1);
  });

  it('aborts the signal of a handler whose message the broker has taken back, before it runs again', async () => {
    const { topology, exchange, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const runs: { readonly signal: AbortSignal; readonly wasAborted: boolean[] }[] = [];
    const subscription = bus.consume(
      queue,
      async (batch, signal) => {
        runs.push({ signal, wasAborted: runs.map((run) => run.signal.aborted) });
        if (runs.length === 1) await never;
        return batch.map(() => ack);
      },
      { concurrency: 2 },
    );
    await subscription.ready;
    await publishAll(bus, exchange, ['held']);
    await until(() => runs.length === 1);

    await breakOff(proxy, bus);

    await until(() => runs.length === 2);
    expect(runs[1]?.wasAborted).to.deep.equal([true]);
    expect(runs[1]?.signal.aborted).to.equal(false);
    expect(String(runs[0]?.signal.reason)).to.include('the broker took the message back');
  });

  it('stays paused across the loss', async () => {
    const { topology, exchange, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const collected = await collect(bus, queue);
    await collected.subscription.pause();

    await breakOff(proxy, bus);
    await publishAll(bus, exchange, ['waiting']);

    await until(async () =>
      (await bus.inspect()).some(({ name, messages }) => name === queue && messages === 1),
    );
    expect(collected.texts()).to.deep.equal([]);
    collected.subscription.resume();
    await until(() => collected.deliveries.length === 1);
    expect(collected.deliveries[0]?.redelivered).to.equal(false);
  });

  for (const [what, outcome] of [
    ['retry', { kind: 'retry', delayMs: 0, reason: 'late' }],
    ['delayed retry', { kind: 'retry', delayMs: 300, reason: 'late' }],
    ['dead letter', { kind: 'reject', reason: 'late' }],
  ] as const) {
    it(`publishes no ${what} of a message that the broker has taken back`, async () => {
      const { topology, exchange, queue } = createEvents();
      const proxy = await openBrokerProxy();
      const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
      const dead = await collect(await openUpBus(topology), `${queue}.dead`);
      const gate = createGate();
      let runs = 0;
      const collected = await collect(bus, queue, {
        outcome: () => ((runs += 1) > 1 ? ack : gate.passed.then(() => outcome)),
        concurrency: 3,
      });
      await publishAll(bus, exchange, ['held']);
      await until(() => collected.deliveries.length === 1);

      await breakOff(proxy, bus);
      gate.open();

      await until(() => collected.deliveries.length === 2);
      // A copy would be stored before what is published later, and come after as long a delay.
      await publishAll(bus, exchange, ['next']);
      await until(() => collected.texts().includes('next'));
      const [next] = collected.deliveries.slice(-1);
      await until(() => Date.now() > (next?.timestampMs ?? 0) + 1000);
      expect(collected.texts()).to.deep.equal(['held', 'held', 'next']);
      expect(collected.deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 1, 1]);
      expect(dead.texts()).to.deep.equal([]);
    });
  }

  it('continues asking and answering, over a new reply queue', async () => {
    const { topology, exchange, queue } = createRpc();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    await collect(bus, queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
    await bus.request(exchange, createMessage('before'), within());

    await breakOff(proxy, bus);

    const { body } = await until(() => bus.request(exchange, createMessage('after'), within(1000)));
    expect(String(body)).to.equal('after');
  });

  it('fails the requests in flight at once, as their replies can no longer arrive', async () => {
    const { topology, exchange, queue } = createRpc();
    const proxy = await openBrokerProxy();
    const [caller, worker] = [
      await openUpBus(topology, { urls: [urlThrough(proxy)] }),
      await openUpBus(topology),
    ];
    const { deliveries } = await collect(worker, queue, { outcome: () => never });
    const request = expectCode(caller.request(exchange, createMessage(), within(60_000)), 'RPC_TIMEOUT');
    await until(() => deliveries.length === 1);

    proxy.reset();

    await request;
    expect(caller.stats.pendingRequests).to.equal(0);
    await worker.close({ timeoutMs: 0 });
  });

  it('continues following after the last message it saw, without a gap', async () => {
    const { topology, exchange, feed } = createFeed();
    const proxy = await openBrokerProxy();
    const [bus, publisher] = [
      await openUpBus(topology, { urls: [urlThrough(proxy)] }),
      await openUpBus(topology),
    ];
    const texts: string[] = [];
    const subscription = bus.follow(feed, ({ body }) => void texts.push(String(body)), { from: 'next' });
    await use(subscription, () => subscription.close()).ready;
    await publishAll(publisher, exchange, ['seen']);
    await until(() => texts.length === 1);

    proxy.refuse();
    proxy.reset();
    await until(() => bus.status.state === 'down');
    await publishAll(publisher, exchange, ['missed 1', 'missed 2']);
    proxy.heal();

    await until(() => texts.length === 3);
    expect(texts).to.deep.equal(['seen', 'missed 1', 'missed 2']);
  });

  it('misses nothing for a follower that had seen nothing yet, and shows it nothing older', async () => {
    const { topology, exchange, feed } = createFeed();
    const proxy = await openBrokerProxy();
    const [bus, publisher] = [
      await openUpBus(topology, { urls: [urlThrough(proxy)] }),
      await openUpBus(topology),
    ];
    await publishAll(publisher, exchange, ['old']);
    const texts: string[] = [];
    const subscription = bus.follow(feed, ({ body }) => void texts.push(String(body)), { from: 'next' });
    await use(subscription, () => subscription.close()).ready;

    proxy.refuse();
    proxy.reset();
    await until(() => bus.status.state === 'down');
    await publishAll(publisher, exchange, ['missed']);
    proxy.heal();

    await until(() => texts.length > 0);
    expect(texts).to.deep.equal(['missed']);
  });

  it('reports the outcome of messages in flight as unknown, at once', async () => {
    const { topology, exchange } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    await publishAll(bus, exchange, ['first']);
    proxy.blackHole(['down']);
    const publishing = expectCode(bus.publish(exchange, createMessage(), within(60_000)), 'PUBLISH_TIMEOUT');

    proxy.reset();

    await publishing;
    expect(bus.stats.unconfirmed).to.equal(0);
  });

  it('notifies its listeners of the loss and of the return', async () => {
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(createEvents().topology, { urls: [urlThrough(proxy)] });
    const states: string[] = [];
    bus.onStatus(({ state }) => void (states.at(-1) !== state && states.push(state)));

    await breakOff(proxy, bus);

    expect(states).to.deep.equal(['down', 'up']);
  });

  it('finds the cluster node that is up', async () => {
    const { topology } = createEvents();
    const [away, here] = [await openBrokerProxy(), await openBrokerProxy()];
    away.refuse();

    const bus = openBus(topology, { urls: [urlThrough(away), urlThrough(here)] });

    await untilUp(bus);
    expect(here.open).to.equal(2);
  });
});
