import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/**
 * `in-use-by-<pid>-<start of the process>-<random>-<machine>-<pid namespace>`; never reused. Older versions
 * end with the random part.
 */
const namePattern = /^in-use-by-(\d+)-(\d+)-[0-9a-f]+(?:-([0-9a-f]+)-(\d+))?$/;

/** A placeholder for unknown parts. */
const untold = '0';

/** The longest portable socket path; macOS allows 104 bytes including the terminator. */
const maxSocketPathBytes = 100;

/** How often a claim is renewed, for processes that cannot check whether its process is alive. */
const renewMs = 5_000;

const claimMode = 0o600;
/** The execute bit, meaningless for a socket, marks that its process holds the folder. */
const heldMode = 0o700;

/** A process's claim to a folder that it wants or holds. */
export interface Claim {
  readonly name: string;
  /** Marks the folder as held, not only wanted. */
  hold(): Promise<void>;
  withdraw(): Promise<void>;
}

/** The claim of another live process. */
export interface Rival {
  readonly name: string;
  readonly isHolder: boolean;
  /** `process 7`, for messages. */
  readonly text: string;
}

/**
 * Claims a folder: creates a socket in it, on which this process listens as long as it lives.
 *
 * Any process that shares the folder can check it by connecting, even from another container, where the
 * process id is meaningless. Where sockets are not supported, the claim is a plain file.
 */
export async function makeClaim(directory: string): Promise<Claim> {
  const start = await startOf(process.pid);
  const random = randomBytes(6).toString('hex');
  const place = `${await readMachine()}-${await readNamespace()}`;
  const name = `in-use-by-${process.pid}-${start}-${random}-${place}`;
  const path = join(directory, name);
  // Renamed only when it listens: others treat a socket without a listener as a dead process's.
  const unfinished = `claim-${random}`;
  const server = await listen(directory, unfinished);
  if (!server) await writeFile(join(directory, unfinished), '');
  await chmod(join(directory, unfinished), claimMode);
  await rename(join(directory, unfinished), path);
  let mode = claimMode;
  const mark = () => chmod(path, mode);
  // A change of mode gets its timestamp from the file system's clock.
  const timer = setInterval(() => void mark().catch(() => undefined), renewMs).unref();
  return {
    name,
    async hold() {
      mode = heldMode;
      await mark();
    },
    async withdraw() {
      clearInterval(timer);
      await rm(path, { force: true });
      server?.close();
    },
  };
}

/**
 * The rival behind a claim's name; `undefined` if there is none, or its process has ended.
 *
 * @param staleMs the maximum age of a claim whose process cannot be checked
 */
export async function findRival(
  directory: string,
  name: string,
  staleMs: number,
): Promise<Rival | undefined> {
  const [, pid = '', start = untold, machine, namespace] = namePattern.exec(name) ?? [];
  if (pid === '') return undefined;
  const path = join(directory, name);
  const stats = await stat(path).catch(() => undefined);
  if (!stats) return undefined;
  const isNear = machine === undefined || machine === (await readMachine());
  // Containers started together may have processes with the same id and start time.
  const isBeside = isNear && (namespace === undefined || namespace === (await readNamespace()));
  const isVisible = isBeside && (await runs(Number(pid), start));
  const text = isVisible ? `process ${pid}` : `process ${pid} of another ${isNear ? 'container' : 'machine'}`;
  if (machine === undefined) return isVisible ? { name, isHolder: true, text } : undefined;
  if (isNear && stats.isSocket()) {
    const isHolder = (stats.mode & 0o100) !== 0;
    return (await answers(directory, name)) ? { name, isHolder, text } : undefined;
  }
  // It may hold the folder, or have just ended: there is no way to tell.
  const mayLive = isVisible || (await ageSince(directory, stats.ctimeMs)) < staleMs;
  return mayLive ? { name, isHolder: isVisible, text } : undefined;
}

export function isClaim(name: string): boolean {
  return namePattern.test(name);
}

/** Listens on a socket of that name; `undefined` if the folder does not support sockets. */
async function listen(directory: string, name: string): Promise<Server | undefined> {
  return await withShortPath(directory, name, async (path) => {
    const server = createServer((socket) => socket.destroy()).unref();
    return await new Promise<Server | undefined>((resolve) => {
      server.once('error', () => resolve(undefined));
      server.listen(path, () => resolve(server));
    });
  });
}

/** Whether a process listens on a socket, even if it is too busy, or access is denied. */
async function answers(directory: string, name: string): Promise<boolean> {
  const code = await withShortPath(directory, name, async (path) => {
    return await new Promise<string>((resolve) => {
      const socket = createConnection(path);
      socket.once('connect', () => {
        socket.destroy();
        resolve('');
      });
      socket.once('error', (error) => resolve('code' in error ? String(error.code) : String(error)));
    });
  });
  return code !== 'ECONNREFUSED' && code !== 'ENOENT';
}

/** A folder with a long path is addressed by its descriptor, where the system supports it. */
async function withShortPath<T>(
  directory: string,
  name: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= maxSocketPathBytes || process.platform !== 'linux') return await use(path);
  const folder = await open(directory);
  try {
    return await use(`/proc/self/fd/${folder.fd}/${name}`);
  } finally {
    await folder.close();
  }
}

/** The time since a claim of another machine was renewed, by the file system's clock. */
async function ageSince(directory: string, renewedMs: number): Promise<number> {
  const path = join(directory, `clock-${randomBytes(6).toString('hex')}`);
  await writeFile(path, '');
  const { ctimeMs } = await stat(path);
  await rm(path, { force: true });
  return ctimeMs - renewedMs;
}

/** Whether the process with this start time still runs; its pid may have been reused. */
async function runs(pid: number, start: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Any other code means that it exists, but may not be signalled.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const startNow = await startOf(pid);
  return startNow === start || startNow === untold;
}

/** When a process started, in clock ticks since boot: field 22 of proc_pid_stat(5). */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The second field is the program's name in parentheses, and may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended, and only waits to be reaped.
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? untold);
}

/** Containers of one machine have one boot id; another machine that shares the folder has another. */
async function readMachine(): Promise<string> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => untold);
  return id.replaceAll('-', '').trim().slice(0, 12);
}

/** The number of the namespace in which this process has its id. @see pid_namespaces(7) */
async function readNamespace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '');
  return /\d+/.exec(link)?.[0] ?? untold;
}
