import type { Bus } from '@restmapper/bus';
import { expect } from 'chai';
import {
  ack,
  collect,
  createGate,
  createMessage,
  createRpc,
  never,
  within,
} from '../../packages/bus/test/contract/fixtures.ts';
import { openBrokerProxy, openUpBus, urlThrough } from '../../packages/bus/test/amqp/fixtures.ts';
import { until } from '../support/until.ts';
import { printFigures } from '../support/figures.ts';
import { codeOf } from './support/outcomes.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const deadlineMs = 1_000;

/** For requests that should end before their deadline. */
const farDeadlineMs = 15_000;

/** Sends many requests at once; returns how they ended, and when the last one did. */
async function requestMany(
  bus: Bus,
  exchange: string,
  timeoutMs = deadlineMs,
): Promise<{ readonly codes: readonly string[]; readonly ms: number }> {
  const startMs = performance.now();
  const requests = Array.from({ length: sized({ short: 50, full: 1_000 }) }, () =>
    codeOf(bus.request(exchange, createMessage(), within(timeoutMs))),
  );
  const codes = await Promise.all(requests);
  return { codes, ms: performance.now() - startMs };
}

function report(what: string, { codes, ms }: Awaited<ReturnType<typeof requestMany>>, caller: Bus): void {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code || 'replied'] = (counts[code || 'replied'] ?? 0) + 1;
  const { pendingRequests, lateReplies } = caller.stats;
  printFigures('F12', { what, ...counts, 'ended after ms': ms, pendingRequests, lateReplies });
  expect(pendingRequests).to.equal(0);
}

describe('F12: interrupted requests', function () {
  this.timeout(faultTimeoutMs);

  it('end at once when the callers lose their connection, and may have been executed', async () => {
    const { topology, exchange, queue } = createRpc();
    const proxy = await openBrokerProxy();
    const caller = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const worker = await openUpBus(topology);
    const { deliveries } = await collect(worker, queue, { concurrency: 1_000, outcome: () => never });

    const requesting = requestMany(caller, exchange, farDeadlineMs);
    await until(() => deliveries.length > 0);
    proxy.reset();
    const result = await requesting;

    report('link lost', result, caller);
    // It is also unknown whether requests that wait for their confirm are in the queue.
    expect(['RPC_TIMEOUT', 'PUBLISH_TIMEOUT']).to.include.members([...new Set(result.codes)]);
    expect(result.codes).to.include('RPC_TIMEOUT');
    expect(result.ms).to.be.below(farDeadlineMs / 2);
    await worker.close({ timeoutMs: 0 });
  });

  it('go to another worker when theirs is lost before its ack', async () => {
    const { topology, exchange, queue } = createRpc();
    const proxy = await openBrokerProxy();
    const [caller, other] = [await openUpBus(topology), await openUpBus(topology)];
    const lost = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const { deliveries } = await collect(lost, queue, { prefetch: 2_000, outcome: () => never });

    const requesting = requestMany(caller, exchange, farDeadlineMs);
    await until(() => deliveries.length > 0);
    await collect(other, queue, { concurrency: 10, outcome: ({ body }) => ({ kind: 'reply', body }) });
    proxy.refuse();
    proxy.reset();
    const result = await requesting;

    report('worker lost before its ack', result, caller);
    expect(new Set(result.codes)).to.deep.equal(new Set(['']));
    await lost.close({ timeoutMs: 0 });
  });

  it('end at their deadline when a worker is lost after its ack', async () => {
    const { topology, exchange, queue } = createRpc();
    const [caller, worker] = [await openUpBus(topology), await openUpBus(topology)];
    await collect(worker, queue, { concurrency: 10, outcome: () => ack });

    const result = await requestMany(caller, exchange);

    report('worker lost after its ack', result, caller);
    expect(result.ms).to.be.below(deadlineMs + 400);
    expect(new Set(result.codes)).to.deep.equal(new Set(['RPC_TIMEOUT']));
  });

  it('count the replies that arrive after their callers have stopped waiting', async () => {
    const { topology, exchange, queue } = createRpc();
    const [caller, worker] = [await openUpBus(topology), await openUpBus(topology)];
    const gate = createGate();
    const { deliveries } = await collect(worker, queue, {
      concurrency: 2_000,
      outcome: async ({ body }) => {
        await gate.passed;
        return { kind: 'reply', body };
      },
    });

    const result = await requestMany(caller, exchange);
    gate.open();
    await until(() => caller.stats.lateReplies === deliveries.length);

    report('replies too late', result, caller);
    expect(result.ms).to.be.below(deadlineMs + 400);
    expect(new Set(result.codes)).to.deep.equal(new Set(['RPC_TIMEOUT']));
    expect(deliveries.length).to.equal(result.codes.length);
  });
});
