import type { Log } from '@restmapper/core';
import type { Worker } from '@restmapper/endpoints';
import type { Database } from '../database/database.ts';
import { DatabaseError } from '../database/database-error.ts';
import { ensureMessageTable, parseMessageTable } from '../database/message-table.ts';
import { unready } from '../database/table-fault.ts';
import { migrate } from '../database/migrate.ts';
import { assertInbox } from './module/once/inbox.ts';

/**
 * Makes the function that brings a database to what the workers need: the migrations where any of
 * them keeps something, and a table for each built-in handler. It can be called any number of times; it asks little of a database
 * that has it all.
 *
 * @throws ConfigError when a table's name cannot be.
 */
export function createPrepare(workers: readonly Worker[], db: Database, log: Log): () => Promise<void> {
  const steps = workers.map((worker) => createPrepareOne(worker, db, log));
  return async () => {
    await db.query('SELECT 1');
    for (const step of steps) await step();
  };
}

/** As {@link createPrepare}, for one worker. */
export function createPrepareOne(
  { use, once }: Pick<Worker, 'use' | 'once'>,
  db: Database,
  log: Log,
): () => Promise<void> {
  if (use.kind !== 'module') {
    const table = parseMessageTable(use.table);
    return async () => {
      await migrateAll(db, { log, what: `the table ${table.name}` });
      await ensureMessageTable(db, table, use.kind);
    };
  }
  if (!once) return async () => {};
  return async () => {
    await migrateAll(db, { log, what: 'the table restmapper_inbox' });
    await assertInbox(db);
  };
}

interface MigrateAllOptions {
  readonly log: Log;
  /** What is wanted of the migrations, for the error. */
  readonly what: string;
}

async function migrateAll(db: Database, { log, what }: MigrateAllOptions): Promise<void> {
  await migrate(db, { log }).catch((error: unknown) => {
    if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
    throw unready(`${what} cannot be prepared: ${error.message}`, error);
  });
}

/** Resolves when the database does again what it could not do. @throws DatabaseError */
export async function probeDatabase(db: Database, cause: unknown): Promise<void> {
  const wasReadOnly = cause instanceof DatabaseError && cause.code === '25006';
  const [row] = await db.query<{ readOnly: boolean }>(
    `SELECT current_setting('transaction_read_only') = 'on' AS "readOnly"`,
  );
  if (!wasReadOnly || !row?.readOnly) return;
  throw new DatabaseError('away', '25006', new Error('the database is read-only'));
}
