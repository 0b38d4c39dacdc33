import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partitionOf, topologyOf } from '@restmapper/endpoints';
import { openModel } from '@restmapper/host';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { printFigures } from '../support/figures.ts';
import { endedOf, findDisorder, findOverlaps, readSteps, type Step } from '../support/ordered-steps.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder, stopCommand, killCommand } from './command.ts';

const workers = new URL('../../packages/workers/dist/index.js', import.meta.url).href;

/** How long a request takes. */
const takesMs = 100;

const file = (id: string): string => `
endpoints:
  PUT /${id}/{caller}: { rpc: { timeout: 20s }, body: { type: integer } }
  POST /${id}/jobs: { fanout: true, body: true }
internal:
  ${id}.results:
    fanout: true
    body:
      required: [member, number]
      properties: { member: { type: string }, number: { type: integer } }
workers:
  answer: { on: "PUT /${id}/{caller}", use: ./answer.mjs, database: false, orderingKey: params.caller, partitions: 8 }
  checker:
    { on: "POST /${id}/jobs", use: ./checker.mjs, database: false, concurrency: 24, with: { results: ${id}.results } }
  engine:
    { on: ${id}.results, use: ./engine.mjs, database: false, orderingKey: data.member, partitions: 8,
      with: { delayMs: "\${DELAY_MS:-1}" } }
`;

const head = `import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineHandler } from '${workers}';
const write = (edge, member, number) =>
  appendFileSync(process.env.STEPS, JSON.stringify({ pid: process.pid, edge, member, number }) + '\\n');
`;

const modules = {
  'answer.mjs': `${head}
export default defineHandler(async ({ params, data }) => {
  write('begin', params.caller, data);
  await sleep(${takesMs});
  write('end', params.caller, data);
  return data;
});
`,
  'checker.mjs': `${head}
export default defineHandler(async ({ data: { member, count } }, { publish, options }) => {
  for (let number = 0; number < count; number += 1) {
    await publish(options.results, { data: { member, number } });
    await sleep(30);
  }
});
`,
  'engine.mjs': `${head}
export default defineHandler(async ({ data: { member, number } }, { options }) => {
  write('begin', member, number);
  await sleep(Number(options.delayMs));
  write('end', member, number);
});
`,
};

interface Project {
  readonly id: string;
  /** The file to which all workers append what they do. */
  readonly steps: string;
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Command>;
}

async function openProject(): Promise<Project> {
  const id = `o${randomBytes(5).toString('hex')}`;
  const cwd = await openFolder();
  const steps = join(cwd, 'steps');
  await writeFile(steps, '');
  await writeFile(join(cwd, 'endpoints.yaml'), file(id));
  for (const [name, text] of Object.entries(modules)) await writeFile(join(cwd, name), text);
  use(topologyOf(openModel(join(cwd, 'endpoints.yaml'), {})), deleteTopology);
  const common = { AMQP_URL: amqpUrl(), LOG_LEVEL: 'silent', STEPS: steps };
  return { id, steps, run: (args, env) => openCommand({ args, cwd, env: { ...common, ...env } }) };
}

/** The first callers of each partition, by the number of the partition. */
function callerIn(partition: number, prefix: string): string {
  for (let n = 0; ; n += 1) {
    if (partitionOf(JSON.stringify(`${prefix}${n}`), 8) === partition) return `${prefix}${n}`;
  }
}

/** How long each of a caller's requests took, one after the other, while `isWanted`. */
async function callRepeatedly(
  call: (caller: string, number: number) => Promise<number>,
  caller: string,
  isWanted: (count: number) => boolean,
): Promise<readonly number[]> {
  const took: number[] = [];
  while (isWanted(took.length)) took.push(await call(caller, took.length));
  return took;
}

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN;
}

describe('requests with an ordering key, in two processes', function () {
  this.timeout(90_000);

  it('keep no other caller waiting, in whichever partition', async () => {
    const { id, steps, run } = await openProject();
    const [gateway] = await Promise.all([run(['serve']), run(['work', 'answer']), run(['work', 'answer'])]);
    const call = async (caller: string, number: number): Promise<number> => {
      const startedMs = performance.now();
      const headers = { 'content-type': 'application/json' };
      const url = `${gateway.url}/${id}/${caller}`;
      const { status } = await fetch(url, { method: 'PUT', headers, body: String(number) });
      expect(status).to.equal(200);
      return performance.now() - startedMs;
    };
    const busy = callerIn(3, 'a');
    const others = [callerIn(3, 'b'), callerIn(4, 'b'), callerIn(5, 'b')];
    const callAll = async (isWanted: (count: number) => boolean): Promise<readonly number[]> =>
      (await Promise.all(others.map((caller) => callRepeatedly(call, caller, isWanted)))).flat();

    await callAll((count) => count < 3);
    const alone = await callAll((count) => count < 15);
    let isBusy = true;
    const startedMs = performance.now();
    const slow = Promise.all(Array.from({ length: 20 }, (_none, number) => call(busy, number)));
    const ended = slow.finally(() => (isBusy = false));
    const beside = await callAll(() => isBusy);
    const [slowest] = (await ended).sort((a, b) => b - a);
    const tookMs = performance.now() - startedMs;

    printFigures('ordered rpc', {
      'others alone p99 ms': p99(alone),
      'others beside p99 ms': p99(beside),
      'requests beside': beside.length,
      'slowest of the busy caller ms': slowest ?? Number.NaN,
    });
    expect(findOverlaps(readSteps(steps))).to.deep.equal([]);
    expect(tookMs).to.be.greaterThan(20 * takesMs - 10);
    expect(beside.length).to.be.greaterThan(15);
    // Behind the busy caller it would be up to two seconds.
    expect(p99(beside)).to.be.lessThan(p99(alone) + 3 * takesMs);
  });
});

describe('results of checkers, for two engines that keep the order of each member', function () {
  this.timeout(120_000);

  it('are applied in order, when the slow engine is stopped and when it is killed', async () => {
    const { id, steps, run } = await openProject();
    const members = Array.from({ length: 24 }, (_none, index) => `m${index}`);
    const count = 250;
    const openSlow = (): Promise<Command> => run(['work', 'engine'], { DELAY_MS: '50' });
    const hasWorked = (engine: Command): boolean =>
      readSteps(steps).filter(({ pid }) => pid === engine.child.pid).length > 200;
    const [gateway, , , fast] = await Promise.all([
      run(['serve']),
      run(['work', 'checker']),
      run(['work', 'checker']),
      run(['work', 'engine']),
    ]);
    const headers = { 'content-type': 'application/json' };
    const start = (member: string): Promise<Response> =>
      fetch(`${gateway.url}/${id}/jobs`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ member, count }),
      });

    const stopped = await openSlow();
    const answers = await Promise.all(members.map(start));
    expect(answers.map(({ status }) => status)).to.deep.equal(members.map(() => 200));
    await until(() => hasWorked(stopped), { timeoutMs: 30_000, everyMs: 50 });
    const code = await stopCommand(stopped);
    const killed = await openSlow();
    await until(() => hasWorked(killed), { timeoutMs: 30_000, everyMs: 50 });
    const before = readSteps(steps);
    await killCommand(killed);

    const isComplete = (all: readonly Step[]): boolean =>
      members.every((member) => new Set(endedOf(all).get(member)).size === count);
    await until(() => isComplete(readSteps(steps)), { timeoutMs: 60_000, everyMs: 100 });
    const all = readSteps(steps);
    const ends = (of: readonly Step[]): number => of.filter(({ edge }) => edge === 'end').length;
    printFigures('ordered events', {
      results: members.length * count,
      'applied before the kill': ends(before),
      applied: ends(all),
    });
    expect(code).to.equal(0);
    expect(ends(before)).to.be.lessThan(members.length * count);
    expect(findDisorder(all, new Set([killed.child.pid ?? 0]))).to.deep.equal([]);
    const pids = new Set(all.map(({ pid }) => pid));
    expect([...pids]).to.have.members([fast, stopped, killed].map(({ child }) => child.pid));
  });
});
