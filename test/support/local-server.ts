import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openGuard } from './guard.ts';
import type { Server } from './server.ts';

const runFile = promisify(execFile);
const patienceMs = 20_000;

export interface LocalServerOptions {
  /** The folder of everything that the server writes; deleted along with it. */
  readonly folder: string;
  /** A line of shell that finally executes the server; all its processes are in one group. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stopSignal: NodeJS.Signals;
  /** The folder of the server's tools. */
  readonly bin: string;
  /** The user to run it as, if not this process's user. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A server run from installed binaries, as a process group that dies with this process. */
export function createLocalServer({
  folder,
  command,
  env,
  stopSignal,
  bin,
  user,
}: LocalServerOptions): Server {
  const guard = openGuard();
  const logFile = join(folder, 'out.log');
  const options = { cwd: folder, env, ...user };
  const removeFolder = `rm -rf '${folder}'`;
  let group: ProcessGroup | undefined;
  guard.set(removeFolder);

  async function end(signal: NodeJS.Signals): Promise<void> {
    await group?.end(signal);
    group = undefined;
    guard.set(removeFolder);
  }

  return {
    async start() {
      if (group?.isRunning()) return;
      await end('SIGKILL');
      const leader = spawn('/bin/sh', ['-c', `exec >>'${logFile}' 2>&1; ${command}`], {
        ...options,
        detached: true,
        stdio: 'ignore',
      });
      await once(leader, 'spawn');
      group = new ProcessGroup(leader);
      guard.set(`kill -KILL -${group.id}; sleep 1; ${removeFolder}`);
    },
    stop: () => end(stopSignal),
    kill: () => end('SIGKILL'),
    async close() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      await guard.release();
    },
    async run(tool, args) {
      if (!group?.isRunning()) throw new Error(`${tool} needs a running server`);
      return (await runFile(join(bin, tool), [...args], { ...options, timeout: patienceMs })).stdout;
    },
    log: () => readFile(logFile, 'utf8'),
  };
}

class ProcessGroup {
  readonly id: number;
  readonly #leader: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(leader: ChildProcess) {
    if (leader.pid === undefined) throw new Error('a process that was spawned has an id');
    this.id = leader.pid;
    this.#leader = leader;
    this.#ended = once(leader, 'exit');
  }

  isRunning(): boolean {
    return this.#leader.exitCode === null && this.#leader.signalCode === null;
  }

  /** Signals the whole group; after a while, the remaining processes are killed. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.#signal(signal);
    const killing = setTimeout(() => this.#signal('SIGKILL'), patienceMs);
    await this.#ended;
    clearTimeout(killing);
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.id, signal);
    } catch (error) {
      // The group has ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
