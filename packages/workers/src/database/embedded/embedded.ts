import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { ConfigError, isDeeperThan, type Log, silentLog } from '@restmapper/core';
import { Pool } from 'pg';
import type { Database, SqlValue } from '../database.ts';
import { DatabaseError } from '../database-error.ts';
import { maxJsonDepth } from '../max-json-depth.ts';
import { PoolDatabase } from '../pool-database.ts';
import { lockDirectory } from './directory-lock.ts';
import { ThreadSockets } from './thread-socket.ts';

export interface EmbeddedOptions {
  /** Created if missing; one process at a time uses it. @default in memory, and lost when it closes */
  readonly directory?: string;
  /** @default silentLog */
  readonly log?: Log;
  /** When a statement is aborted and the database restarted. @default 60000 */
  readonly statementTimeoutMs?: number;
}

/** Creating a cluster takes seconds, on a busy machine minutes; so may the statement ahead. */
const connectTimeoutMs = 300_000;

/** How `pg` connects to the database, except for its stream. */
export const embeddedPoolConfig = {
  max: 1,
  idleTimeoutMillis: 0,
  connectionTimeoutMillis: connectTimeoutMs,
  user: 'postgres',
  // The environment may request TLS for other programs.
  ssl: false,
};

const packageName = '@electric-sql/pglite';

/**
 * PostgreSQL within this process, in WebAssembly on its own thread.
 *
 * It has one connection, so statements and transactions take turns. Committed data survives the death of the
 * process, but not a power cut: nothing is flushed to disk.
 *
 * ```ts
 * import { openEmbedded } from '@restmapper/workers';
 *
 * const db = await openEmbedded({ directory: './data' });
 * const rows = await db.query('SELECT $1::int + 1 AS count', [1]);
 * console.log(rows); // [ { count: 2 } ]
 * await db.close();
 * ```
 * @throws ConfigError if the database's package is not installed, another process uses the folder, or no database
 * can be opened in it.
 */
export async function openEmbedded({
  directory,
  log = silentLog,
  statementTimeoutMs = 60_000,
}: EmbeddedOptions): Promise<Database> {
  assertInstalled();
  const lock = directory === undefined ? undefined : await lockDirectory(directory);
  const threads = new ThreadSockets({ dataDirectory: directory && resolve(directory, 'postgres') });
  const pool = new Pool({
    ...embeddedPoolConfig,
    stream: () => threads.create(),
    query_timeout: statementTimeoutMs,
  });
  const database = new PoolDatabase({ pool, log, connect: { checkParams: refuseDeepJson } });
  const close = async (): Promise<void> => {
    await database.close();
    await threads.gone;
    await lock?.release();
  };
  try {
    await database.query('SELECT 1');
  } catch (error) {
    await close();
    const reason = error instanceof Error ? error.message : String(error);
    const place = directory ?? 'memory';
    const refusal = new ConfigError(`the embedded database in ${place} does not open: ${reason}`);
    throw Object.assign(refusal, { cause: error });
  }
  return {
    query: (sql, params) => database.query(sql, params),
    transaction: (work) => database.transaction(work),
    openPipeline: () => database,
    close,
  };
}

/** Whether the package of the embedded database is installed. */
export function isEmbeddedInstalled(): boolean {
  return findPackage() === undefined;
}

/** The package is large and optional: a PostgreSQL server makes it unnecessary. @throws ConfigError */
export function assertInstalled(): void {
  const cause = findPackage();
  if (cause === undefined) return;
  const refusal = new ConfigError(
    `the embedded database needs the package ${packageName}, which is not installed; run \`npm install ${packageName}\`, or set DATABASE_URL`,
  );
  throw Object.assign(refusal, { cause });
}

/** Returns why the package cannot be found; `undefined` if it can. */
function findPackage(): unknown {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** JSON nested too deep would hang the database permanently. */
function refuseDeepJson(params: readonly SqlValue[]): void {
  for (const param of params.flat()) {
    const isText = typeof param === 'string' || Buffer.isBuffer(param);
    if (!isText || !isDeeperThan(Buffer.from(param), maxJsonDepth)) continue;
    throw new DatabaseError('data', '54001', new Error(`JSON nests deeper than ${maxJsonDepth} levels`));
  }
}
