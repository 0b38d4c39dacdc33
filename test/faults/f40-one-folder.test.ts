import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '@restmapper/workers';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openFolder, startCommand, untilReady } from '../system/command.ts';

const shippedFile = fileURLToPath(new URL('../../endpoints.yaml', import.meta.url));

const writerFile = fileURLToPath(
  new URL('../../packages/workers/test/support/embedded-writer.ts', import.meta.url),
);

/** A namespace in which every process is number 1, as in a container; other users become root in it. */
const container = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--pid',
  '--net',
  '--fork',
  '--mount-proc',
  '--kill-child',
];

interface Writer {
  readonly process: ChildProcess;
  /** The numbers that it reports as stored. */
  readonly stored: string[];
  /** Its error output. */
  readonly complaints: string[];
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
}

/** A process that stores one number after another in the embedded database of a folder. */
function startWriter(folder: string, prefix: readonly string[]): Writer {
  const node = [process.execPath, '--conditions=@restmapper/source', '--import', 'tsx', writerFile, folder];
  const [program = '', ...args] = [...prefix, ...node];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // Its output closes when the last process in the container has exited.
  const ended = once(child, 'close');
  const stored: string[] = [];
  const complaints: string[] = [];
  createInterface(child.stdout).on('line', (line) => stored.push(line));
  createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return use({ process: child, stored, complaints, ended, kill }, kill);
}

describe('F40: two containers that share a folder', function () {
  this.timeout(faultTimeoutMs);

  it('run one command and refuse the other with one sentence, when both start at once', async () => {
    const cwd = await openFolder();
    await copyFile(shippedFile, join(cwd, 'endpoints.yaml'));

    const commands = await Promise.all([1, 2].map(() => startCommand({ args: ['start'], cwd })));
    const loser = await until(() => commands.find(({ child }) => child.exitCode !== null), {
      timeoutMs: 120_000,
    });
    const winner = commands.find((command) => command !== loser);

    expect(loser.child.exitCode).to.equal(1);
    expect(loser.stderr()).to.match(/is in use by process \d+; stop it, or use another folder\n$/);
    expect(loser.stderr()).to.not.match(/\n +at /);
    await untilReady(winner ?? loser);
  });

  it('hold it one at a time, and lose no row, in whatever order they start', async () => {
    const folder = use(await makeTemporaryFolder('shared'), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    const acknowledged: string[] = [];
    let refusals = 0;
    const rounds = sized({ short: 2, full: 20 });

    for (let round = 0; round < rounds; round += 1) {
      // Each writer starts in a container of its own, at the same time.
      const writers = [1, 2, 3].map(() => startWriter(folder, container));
      const winner = await until(() => writers.find(({ stored }) => stored.length > 0), {
        timeoutMs: 120_000,
      });
      const losers = writers.filter((writer) => writer !== winner);
      await Promise.all(losers.map(({ ended }) => ended));
      await until(() => winner.stored.length > 20, { timeoutMs: 60_000 });
      for (const { stored, complaints } of losers) {
        expect(stored).to.deep.equal([]);
        expect(complaints.join('\n')).to.match(/is in use by process 1 of another container; stop it/);
      }
      refusals += losers.length;
      await winner.kill();
      acknowledged.push(...winner.stored);
    }

    const db = use(await openEmbedded({ directory: folder }), (db) => db.close());
    const rows = new Set((await db.query<{ n: string }>('SELECT n FROM t')).map(({ n }) => n));
    const lost = acknowledged.filter((n) => !rows.has(n)).length;
    printFigures('F40', { rounds, refusals, acknowledged: acknowledged.length, rows: rows.size, lost });
    expect(lost).to.equal(0);
    expect(new Set(acknowledged)).to.have.property('size', acknowledged.length);
  });
});
