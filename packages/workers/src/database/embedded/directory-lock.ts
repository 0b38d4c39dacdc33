import { randomInt } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@restmapper/core';
import { type Claim, findRival, isClaim, makeClaim, type Rival } from './claim.ts';

/** How long to wait for others to withdraw, or for the claim of a vanished machine to expire. */
const patienceMs = 30_000;

export interface DirectoryLockOptions {
  /** When the claim of an unreachable machine expires; claims are renewed every 5 s. @default 15000 */
  readonly staleMs?: number;
  /** What to do if another process holds the folder. @default 'stop it, or use another folder' */
  readonly advice?: string;
}

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Locks a folder for one holder at a time, across all processes and containers of one machine.
 *
 * Each candidate first creates its own claim, then looks for others: of two candidates at least one sees the
 * other, and the one later by name withdraws until the folder looks free. Since names are never reused,
 * removing a dead process's claim can never remove a live one's.
 * @throws ConfigError naming the process that holds the folder.
 */
export async function lockDirectory(
  directory: string,
  { staleMs = 15_000, advice }: DirectoryLockOptions = {},
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
      const winner = findWinner(rivals, performance.now() > deadlineMs);
      if (winner) throw refusal(directory, winner, advice);
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

/** The first by name keeps its claim, and waits for the others to withdraw. */
async function standBack(claim: Claim | undefined, rivals: readonly Rival[]): Promise<Claim | undefined> {
  if (!claim || rivals.every(({ name }) => name > claim.name)) return claim;
  await claim.withdraw();
  return undefined;
}

/** A holder does not withdraw; another candidate withdraws or becomes the holder, unless time has run out. */
function findWinner(rivals: readonly Rival[], isOver: boolean): Rival | undefined {
  return rivals.find(({ isHolder }) => isHolder) ?? (isOver ? rivals[0] : undefined);
}

function refusal(directory: string, { text }: Rival, advice: string | undefined): ConfigError {
  if (advice !== undefined) return new ConfigError(`${directory} is in use by ${text}; ${advice}`);
  return new ConfigError(`${directory} is in use by ${text}; stop it, or use another folder`);
}

interface RivalOptions {
  /** The placeholder name of a missing claim. */
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
