import { expect } from 'chai';
import type { Bus } from '@restmapper/bus';
import {
  collect,
  createEvents,
  createMessage,
  createRpc,
  within,
} from '../../packages/bus/test/contract/fixtures.ts';
import { openBrokerProxy, openUpBus, untilUp, urlThrough } from '../../packages/bus/test/amqp/fixtures.ts';
import type { Direction } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { printFigures } from '../support/figures.ts';
import { codeOf } from './support/outcomes.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const heartbeatSeconds = 1;
const deadlineMs = 500;
const calls = sized({ short: 20, full: 500 });

/**
 * How long it takes the bus to notice, and then to be back. The network heals at the very moment: an attempt to
 * connect that began in silence would wait for its own deadline.
 */
async function waitForReturn(bus: Bus, heal: () => void): Promise<{ noticedMs: number; backMs: number }> {
  const startMs = performance.now();
  const noticedMs = await new Promise<number>((resolve) => {
    bus.onStatus(({ state }) => {
      if (state !== 'down') return;
      heal();
      resolve(performance.now() - startMs);
    });
  });
  await untilUp(bus);
  return { noticedMs, backMs: performance.now() - startMs - noticedMs };
}

/** Silences a bus while it has calls pending; returns how they ended, and how long it took to recover. */
async function silence(directions: readonly Direction[]) {
  const [events, rpc] = [createEvents(), createRpc()];
  const topology = {
    exchanges: [...events.topology.exchanges, ...rpc.topology.exchanges],
    queues: [...events.topology.queues, ...rpc.topology.queues],
    bindings: [...events.topology.bindings, ...rpc.topology.bindings],
  };
  const proxy = await openBrokerProxy();
  const bus = await openUpBus(topology, { urls: [urlThrough(proxy)], heartbeatSeconds });
  const collected = await collect(bus, events.queue);
  await collect(bus, rpc.queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
  await bus.request(rpc.exchange, createMessage(), within());
  proxy.blackHole(directions);
  const startMs = performance.now();

  const returning = waitForReturn(bus, () => proxy.heal());
  const calling = Array.from({ length: calls }, (_none, index) =>
    index % 2 === 0
      ? codeOf(bus.publish(events.exchange, createMessage(), within(deadlineMs)))
      : codeOf(bus.request(rpc.exchange, createMessage(), within(deadlineMs))),
  );
  const codes = await Promise.all(calling);
  const settledMs = performance.now() - startMs;
  const times = await returning;

  await bus.publish(events.exchange, createMessage('found'), within());
  await until(() => collected.texts().includes('found'));
  return { codes, settledMs, ...times };
}

describe('F4: a connection that silently drops everything', function () {
  this.timeout(faultTimeoutMs);

  it('leaves every call unknown by its deadline, and is replaced within 3 heartbeats', async () => {
    const directions = [['up', 'down'], ['down'], ['up']] as const;

    const results = await Promise.all(directions.map(silence));

    for (const [index, { codes, settledMs, noticedMs, backMs }] of results.entries()) {
      const silent = directions[index]?.join(' and ') ?? '';
      printFigures('F4', {
        silent,
        calls,
        'settled ms': settledMs,
        'noticed ms': noticedMs,
        'back ms': backMs,
      });
      expect(new Set(codes)).to.deep.equal(new Set(['PUBLISH_TIMEOUT', 'RPC_TIMEOUT']));
      expect(settledMs).to.be.within(deadlineMs - 10, deadlineMs + 400);
      // When only the broker hears nothing, it notices by its own heartbeats, in its own time.
      const heartbeats = silent === 'up' ? 10 : 3;
      expect(noticedMs).to.be.at.most(heartbeats * heartbeatSeconds * 1000 + 500);
      expect(backMs).to.be.at.most(3 * heartbeatSeconds * 1000);
    }
  });

  it('does not keep its bus from closing within the deadline', async () => {
    const { topology, queue } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    await collect(bus, queue);
    proxy.blackHole();
    const startMs = performance.now();

    await bus.close({ timeoutMs: 300 });

    expect(performance.now() - startMs).to.be.below(600);
    await until(() => proxy.open === 0);
  });
});
