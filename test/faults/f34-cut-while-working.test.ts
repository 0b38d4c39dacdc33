import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { collect, createEvents, publishAll } from '../../packages/bus/test/contract/fixtures.ts';
import { openBrokerProxy, openUpBus, urlThrough } from '../../packages/bus/test/amqp/fixtures.ts';
import type { Delivery, Outcome } from '../../packages/bus/src/contract/message.ts';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';

/** The longest run of a handler, and the longest time until its outcome is sent, even on a busy disk. */
const workMs = 1000;
const settlingMs = 500;

/** The outcome of a message at each attempt: it is retried, fails, is rejected, or is acked. */
function planOf(id: number, attempt: number): Outcome {
  if (id % 4 === 0 && attempt <= 3) return { kind: 'retry', delayMs: (id * 37) % 600, reason: 'later' };
  if (id % 4 === 1 && attempt <= 2) return { kind: 'retry', delayMs: 50, reason: 'failed', isFailure: true };
  if (id % 4 === 2) return { kind: 'reject', reason: 'refused' };
  return { kind: 'ack' };
}

interface Run {
  readonly id: number;
  readonly attempt: number;
  readonly startMs: number;
  endMs: number;
}

/** Repeated runs of one message and attempt that no cut explains. */
function copiesAmong(runs: readonly Run[], cutsMs: readonly number[]): string[] {
  const hits = (fromMs: number, toMs: number): number =>
    cutsMs.filter((cutMs) => cutMs >= fromMs && cutMs <= toMs).length;
  const byAttempt = new Map<string, Run[]>();
  for (const run of runs) {
    const name = `${run.id}, attempt ${run.attempt}`;
    byAttempt.set(name, [...(byAttempt.get(name) ?? []), run]);
  }
  return [...byAttempt].flatMap(([name, same]) => {
    const own = same.reduce((sum, { startMs, endMs }) => sum + hits(startMs, endMs), 0);
    // A cut between the confirm of the follow-up message and the ack duplicates all later ones.
    const settling = runs
      .filter(({ id }) => id === same[0]?.id)
      .reduce((sum, { endMs }) => sum + hits(endMs, endMs + settlingMs), 0);
    return same.length > 1 + own + settling ? [`${name}: ${same.length}`] : [];
  });
}

describe('F34: connections that are cut while handlers run', function () {
  this.timeout(faultTimeoutMs);

  it('cause no copies of messages that are then retried, rejected or failed', async () => {
    const { topology, exchange, queue } = createEvents({ deliveryLimit: 1000 });
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const other = await openUpBus(topology);
    const runs: Run[] = [];
    const cutsMs: number[] = [];
    const dead = await collect(other, `${queue}.dead`);
    const outcome = async ({ body, attempt }: Delivery): Promise<Outcome> => {
      const id = Number(String(body));
      const run = { id, attempt, startMs: performance.now(), endMs: Number.POSITIVE_INFINITY };
      runs.push(run);
      await sleep(Math.random() * workMs);
      run.endMs = performance.now();
      return planOf(id, attempt);
    };
    await collect(bus, queue, { concurrency: 40, outcome });
    const messages = sized({ short: 120, full: 2_000 });
    const cuts = sized({ short: 5, full: 60 });

    await publishAll(
      other,
      exchange,
      Array.from({ length: messages }, (_none, id) => String(id)),
    );
    for (let n = 0; n < cuts; n += 1) {
      await sleep(600 + Math.random() * 1_200);
      await until(() => bus.status.state === 'up', { timeoutMs: 30_000 });
      cutsMs.push(performance.now());
      proxy.reset();
    }
    const refused = Array.from({ length: messages }, (_none, id) => String(id)).filter(
      (id) => Number(id) % 4 === 2,
    );
    const isDone = (id: number): boolean =>
      runs.some((run) => run.id === id && run.endMs < Infinity && planOf(id, run.attempt).kind === 'ack');
    await until(
      () =>
        refused.every((id) => dead.texts().includes(id)) &&
        Array.from({ length: messages }, (_none, id) => id).every((id) => id % 4 === 2 || isDone(id)),
      { timeoutMs: faultTimeoutMs / 2 },
    );
    // Duplicates would still be delivered.
    await until(async () =>
      (await other.inspect()).every(({ name, messages: left }) => name !== queue || left === 0),
    );
    await sleep(2 * workMs);

    const copies = copiesAmong(runs, cutsMs);
    const letters = dead.texts();
    const doubled = letters.length - new Set(letters).size;
    printFigures('F34', {
      cuts,
      messages,
      runs: runs.length,
      copies: copies.length,
      dead: letters.length,
      doubled,
    });
    expect(copies).to.deep.equal([]);
    expect(new Set(letters)).to.deep.equal(new Set(refused));
    expect(doubled).to.be.at.most(cuts);
  });
});
