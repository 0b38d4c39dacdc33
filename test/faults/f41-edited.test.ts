import { expect } from 'chai';
import { medianOf, printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from '../system/calls.ts';
import { type Command, openCommand } from '../system/command.ts';
import { type LiveSocket, openLiveSocket } from '../system/live-socket.ts';
import { type EditedProject, openEditedProject } from '../system/edited-project.ts';

const sockets = 50;
const requestsPerSecond = 50;

interface Calls {
  /** The `n` of each event that was accepted. */
  readonly accepted: readonly number[];
  readonly failed: readonly string[];
  readonly count: () => number;
  /** Stops calling; resolves when all calls are answered. */
  readonly stop: () => Promise<void>;
}

/** Calls an rpc and a fanout endpoint alternately. */
function startCalls(base: string): Calls {
  const [accepted, failed] = [[] as number[], [] as string[]];
  const pending = new Set<Promise<void>>();
  const startMs = performance.now();
  let n = 0;
  const call = async (own: number): Promise<void> => {
    const path = own % 2 === 0 ? '/echo' : '/kept';
    const answer = await answerOf(`${base}${path}`, { n: own });
    if (answer !== (own % 2 === 0 ? `200 {"n":${own}}` : '200 {}')) failed.push(`${path}: ${answer}`);
    else if (own % 2 === 1) accepted.push(own);
  };
  const timer = use(
    setInterval(() => {
      // A late timer makes the calls that it missed.
      const due = Math.floor(((performance.now() - startMs) / 1000) * requestsPerSecond);
      while (n < due) {
        n += 1;
        const calling = call(n).finally(() => pending.delete(calling));
        pending.add(calling);
      }
    }, 1000 / requestsPerSecond),
    clearInterval,
  );
  const stop = async () => {
    clearInterval(timer);
    await Promise.all(pending);
  };
  return { accepted, failed, count: () => n, stop };
}

async function answerOf(url: string, body: object): Promise<string> {
  try {
    const response = await post(url, body);
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    return `failed: ${String((error as Error).cause ?? error)}`;
  }
}

/** Resolves with the time until both files of a version were in effect. */
async function effectMs(base: string, version: number, sinceMs: number): Promise<number> {
  const isInEffect = async () =>
    (await answerOf(`${base}/version`, {})) === `200 ${version}` &&
    (await answerOf(`${base}/shape`, { [`k${version}`]: 1 })).startsWith('200');
  await until(isInEffect, { everyMs: 20, timeoutMs: 30_000 });
  return performance.now() - sinceMs;
}

function refusalsOf({ stderr }: Command): number {
  return stderr().split('the last valid version stays in force').length - 1;
}

function numbersOf({ received }: LiveSocket): readonly number[] {
  return received.map((text) => (JSON.parse(text) as { n: number }).n).toSorted((a, b) => a - b);
}

/** Edits a project many times, every third time incorrectly; resolves with the time that each edit took. */
async function edit(project: EditedProject, command: Command, base: string) {
  const [good, refused] = [[] as number[], [] as number[]];
  const edits = sized({ short: 18, full: 100 });
  for (let turn = 1; turn <= edits; turn += 1) {
    const startMs = performance.now();
    if (turn % 3 === 0) {
      const before = refusalsOf(command);
      await project.break(turn / 3);
      await until(() => refusalsOf(command) > before, { everyMs: 20, timeoutMs: 30_000 });
      refused.push(performance.now() - startMs);
    } else {
      await project.save(turn);
      good.push(await effectMs(base, turn, startMs));
    }
  }
  return { good, refused };
}

describe('F41: files that are edited under load, every third time incorrectly', function () {
  this.timeout(faultTimeoutMs);

  it('take effect; no request fails and no socket closes', async () => {
    const project = await openEditedProject();
    const command = await openCommand({ args: ['dev'], cwd: project.folder, env: project.env });
    const base = `${command.url}/api/v1${project.path}`;
    const watchers = await Promise.all(Array.from({ length: sockets }, () => openLiveSocket(command.url)));
    const calls = startCalls(base);

    const { good, refused } = await edit(project, command, base);
    await calls.stop();

    const accepted = calls.accepted.toSorted((a, b) => a - b);
    await until(() => watchers.every(({ received }) => received.length >= accepted.length));
    const open = watchers.filter(({ socket }) => socket.readyState === socket.OPEN);
    printFigures('F41', {
      edits: good.length,
      'in effect after ms, median': medianOf(good),
      slowest: Math.max(...good),
      refused: refused.length,
      'shown after ms, median': medianOf(refused),
      calls: calls.count(),
      failed: calls.failed.length,
      sockets: open.length,
    });
    expect(calls.failed).to.deep.equal([]);
    expect(open).to.have.length(sockets);
    for (const watcher of watchers) expect(numbersOf(watcher)).to.deep.equal(accepted);
    // A single edit may take longer while the machine is busy.
    expect(medianOf(good)).to.be.below(1_000);
    expect(command.stderr()).to.match(
      /endpoints\.yaml:\d+:\d+ unknown handler `apend`.*\n( +\d+ \|.*\n)+ +\| +\^/,
    );
    expect(command.stderr()).to.match(/SyntaxError: Unexpected token ';' \(.*\/value\.mjs:1\)/);
  });
});
