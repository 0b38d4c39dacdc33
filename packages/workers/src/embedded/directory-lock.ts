import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@restmapper/endpoints';

/** `in-use-by-<pid>-<start of the process>-<random>`; never the same twice. */
const namePattern = /^in-use-by-(\d+)-(\d+)-[0-9a-f]+$/;

/** Where the system does not tell. */
const unknownStart = '0';

const attempts = 20;

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Keeps a folder for one holder at a time, over all processes of one machine.
 *
 * Each candidate first announces itself by a file of its own, then looks for others: of two
 * candidates at least one sees the other, and stands back until the folder looks free. Since no name
 * comes twice, removing the file of a process that has died can never remove a living one's.
 * @throws ConfigError naming the process that holds the folder.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true });
  const name = `in-use-by-${process.pid}-${await startOf(process.pid)}-${randomBytes(6).toString('hex')}`;
  const path = join(directory, name);

  let holders: readonly string[] = [];
  let isAnnounced = false;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    holders = await livingHolders(directory, name);
    if (!isAnnounced && holders.length === 0) {
      await writeFile(path, '');
      isAnnounced = true;
      holders = await livingHolders(directory, name);
    }
    if (isAnnounced && holders.length === 0) return { release: () => rm(path, { force: true }) };
    // The first by name stays to see whether the others stand back; a real holder does not.
    if (isAnnounced && holders.some((other) => other < name)) {
      await rm(path, { force: true });
      isAnnounced = false;
    }
    await sleep(randomInt(5, 30));
  }
  await rm(path, { force: true });
  throw new ConfigError(
    `${directory} is in use by process ${pidOf(holders[0])}; stop it, or use another folder`,
  );
}

async function livingHolders(directory: string, own: string): Promise<readonly string[]> {
  const living: string[] = [];
  for (const name of await readdir(directory)) {
    const match = namePattern.exec(name);
    if (!match || name === own) continue;
    if (await isAlive(Number(match[1]), match[2])) living.push(name);
    else await rm(join(directory, name), { force: true });
  }
  return living;
}

/** Whether the process that started then still runs; its pid may have passed to another. */
async function isAlive(pid: number, start = unknownStart): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Any other code means that there is one, but not ours to signal.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const startNow = await startOf(pid);
  return startNow === start || startNow === unknownStart;
}

/** When a process started, in clock ticks since boot: field 22 of proc_pid_stat(5). */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The second field is the program's name in parentheses, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended, and only waits to be noticed.
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? unknownStart);
}

function pidOf(name = ''): string {
  return namePattern.exec(name)?.[1] ?? 'unknown';
}
