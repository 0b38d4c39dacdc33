import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '@restmapper/core';
import { Pool } from 'pg';
import { DatabaseError } from '../database-error.ts';
import { lockDirectory } from '../embedded/directory-lock.ts';
import { assertInstalled, embeddedPoolConfig } from '../embedded/embedded.ts';
import { ThreadSockets } from '../embedded/thread-socket.ts';
import { PoolConsole } from './pool-console.ts';
import type { SqlConsole, SqlConsoleOptions } from './sql-console.ts';

const advice =
  'stop it to read the folder here; while it runs, `restmapper call` and `restmapper tail` read through it, and its page shows what is stored';

/**
 * A console on the embedded database of a folder, which is locked until it closes; nothing is created.
 *
 * A statement that is cancelled or takes too long restarts the database, as a crash would.
 * @throws ConfigError if the folder has no database, another process uses it, or its package is not installed.
 */
export async function openEmbeddedConsole({
  directory,
  statementTimeoutMs = 30_000,
  ...options
}: SqlConsoleOptions & { readonly directory: string }): Promise<SqlConsole> {
  const dataDirectory = resolve(directory, 'postgres');
  assertExists(directory, dataDirectory);
  assertInstalled();
  const lock = await lockDirectory(directory, { advice });
  const threads = new ThreadSockets({ dataDirectory });
  const console = new PoolConsole({
    ...options,
    place: `the embedded database in ${directory}`,
    pool: new Pool({ ...embeddedPoolConfig, stream: () => threads.create() }),
    canCancel: false,
    limitMs: statementTimeoutMs,
    onClosed: async () => {
      await threads.gone;
      await lock.release();
    },
  });
  try {
    assertExists(directory, dataDirectory);
    await console.run('SELECT 1');
    return console;
  } catch (error) {
    await console.close();
    if (!(error instanceof DatabaseError)) throw error;
    const refusal = new ConfigError(`${console.place} does not open: ${error.message}`);
    throw Object.assign(refusal, { cause: error });
  }
}

function assertExists(directory: string, dataDirectory: string): void {
  // In an empty folder, the database would be created.
  if (existsSync(join(dataDirectory, 'PG_VERSION'))) return;
  throw new ConfigError(
    `${directory} has no database: \`restmapper start\` creates one there. Set DATA_DIR to the folder of another, or DATABASE_URL to a PostgreSQL server`,
  );
}
