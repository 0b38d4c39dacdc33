import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { amqpUrl } from '../../../../test/support/amqp.ts';
import { endedOf, findDisorder, readSteps, type Step } from '../../../../test/support/ordered-steps.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Bus } from '../../src/contract/bus.ts';
import { createMessage, createOrdered, type Events, within } from '../contract/fixtures.ts';
import { openUpBus } from './fixtures.ts';
import type { OrderedProcess } from './ordered-process.ts';

const script = fileURLToPath(new URL('ordered-process.ts', import.meta.url));

async function openProcess(options: OrderedProcess): Promise<ChildProcess> {
  const child = fork(script);
  use(child, (child) => child.kill('SIGKILL'));
  child.send(options);
  await once(child, 'message');
  return child;
}

async function openFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restmapper-test-'));
  use(folder, () => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'steps'), '');
  return join(folder, 'steps');
}

const members = Array.from({ length: 24 }, (_none, index) => `m${index}`);

/** Publishes results of every member, one after the other, until it is stopped. */
function publishResults(
  bus: Bus,
  { exchange, queues }: Events,
): { stop(): Promise<number>; readonly sent: () => number } {
  let number = 0;
  const ending = new AbortController();
  const running = (async () => {
    for (; !ending.signal.aborted; number += 1) {
      const results = members.map((member) => createMessage(JSON.stringify({ member, number })));
      for (const [index, result] of results.entries())
        await bus.publish(exchange, result, { ...within(), routingKey: String(index % queues.length) });
      // More than a slow process can do.
      if (number % 3 === 0) await sleep(100);
    }
  })();
  const stop = async (): Promise<number> => {
    ending.abort();
    await running;
    return number;
  };
  use(stop, () => stop());
  return { stop, sent: () => number };
}

describe('two processes that share ordered queues, one of them slow', function () {
  this.timeout(90_000);

  it('keep the order of each key when the slow one is stopped, and when it is killed', async () => {
    const events = createOrdered({ partitions: 8 });
    const { topology, queues } = events;
    const bus = await openUpBus(topology);
    const file = await openFile();
    const options = { url: amqpUrl(), topology, queues, file };
    const openSlow = (): Promise<ChildProcess> => openProcess({ ...options, delayMs: 50 });
    const hasWorked = (child: ChildProcess): boolean =>
      readSteps(file).filter(({ pid }) => pid === child.pid).length > 200;
    const fast = await openProcess({ ...options, delayMs: 1 });
    const publishing = publishResults(bus, events);

    const stopped = await openSlow();
    await until(() => hasWorked(stopped), { timeoutMs: 20_000, everyMs: 50 });
    stopped.kill('SIGTERM');
    await once(stopped, 'exit');
    const killed = await openSlow();
    await until(() => hasWorked(killed), { timeoutMs: 20_000, everyMs: 50 });
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const goal = publishing.sent() + 5;
    await until(() => publishing.sent() > goal);
    const count = await publishing.stop();

    const lastOf = (steps: readonly Step[]): number =>
      [...endedOf(steps).values()].filter((numbers) => numbers.at(-1) === count - 1).length;
    await until(() => lastOf(readSteps(file)) === members.length, { everyMs: 50 });
    const steps = readSteps(file);
    expect(findDisorder(steps, new Set([killed.pid ?? 0]))).to.deep.equal([]);
    for (const member of members) expect(new Set(endedOf(steps).get(member)).size, member).to.equal(count);
    const pids = new Set(steps.map(({ pid }) => pid));
    expect([...pids]).to.have.members([fast.pid, stopped.pid, killed.pid]);
  });
});
