import { randomInt } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@restmapper/core';
import { type Claim, findRival, isClaim, makeClaim, type Rival } from './claim.ts';

/** How long one waits for others to stand back, or for the claim of a machine that has gone to grow old. */
const patienceMs = 30_000;

export interface DirectoryLockOptions {
  /** When the claim of a machine that cannot be asked counts no more; each is renewed every 5 s. @default 15000 */
  readonly staleMs?: number;
}

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Keeps a folder for one holder at a time, over all processes and containers of one machine.
 *
 * Each candidate first makes a claim of its own, then looks for others: of two candidates at least one
 * sees the other, and the one that comes later by name stands back until the folder looks free. Since no
 * name comes twice, removing the claim of a process that has ended can never remove a living one's.
 * @throws ConfigError naming the process that holds the folder.
 */
export async function lockDirectory(
  directory: string,
  { staleMs = 15_000 }: DirectoryLockOptions = {},
): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true });
  const deadlineMs = performance.now() + patienceMs;
  const find = (own?: string) => findRivals(directory, { own, staleMs });
  let claim: Claim | undefined;
  try {
    for (;;) {
      let rivals = await find(claim?.name);
      if (!claim && rivals.length === 0) {
        claim = await makeClaim(directory);
        rivals = await find(claim.name);
      }
      if (claim && rivals.length === 0) return await hold(claim);
      refuse(directory, rivals, performance.now() > deadlineMs);
      claim = await standBack(claim, rivals);
      await sleep(randomInt(5, 30));
    }
  } catch (error) {
    await claim?.withdraw();
    throw error;
  }
}

async function hold(claim: Claim): Promise<DirectoryLock> {
  await claim.hold();
  return { release: () => claim.withdraw() };
}

/** The first by name stays to see whether the others stand back. */
async function standBack(claim: Claim | undefined, rivals: readonly Rival[]): Promise<Claim | undefined> {
  if (!claim || rivals.every(({ name }) => name > claim.name)) return claim;
  await claim.withdraw();
  return undefined;
}

/** A holder does not stand back; another candidate does, or becomes one, unless time has run out. */
function refuse(directory: string, rivals: readonly Rival[], isOver: boolean): void {
  const rival = rivals.find(({ isHolder }) => isHolder) ?? (isOver ? rivals[0] : undefined);
  if (!rival) return;
  throw new ConfigError(`${directory} is in use by ${rival.text}; stop it, or use another folder`);
}

interface RivalOptions {
  /** The name of the claim that is none. */
  readonly own: string | undefined;
  readonly staleMs: number;
}

async function findRivals(directory: string, { own, staleMs }: RivalOptions): Promise<readonly Rival[]> {
  const rivals: Rival[] = [];
  for (const name of await readdir(directory)) {
    if (!isClaim(name) || name === own) continue;
    const rival = await findRival(directory, name, staleMs);
    if (rival) rivals.push(rival);
    else await rm(join(directory, name), { force: true });
  }
  return rivals;
}
