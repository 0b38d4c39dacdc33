import type { Log } from '@restmapper/bus';
import type { Worker } from '@restmapper/endpoints';
import type { Database } from '../database.ts';
import { ensureMessageTable, parseMessageTable } from '../handlers/message-table.ts';
import { migrate } from '../migrate.ts';

/**
 * Makes the function that brings a database to what the workers need: the migrations where any of
 * them keeps something, and a table for each built-in handler. It can be called any number of times; it asks little of a database
 * that has it all.
 *
 * @throws ConfigError when a table's name cannot be.
 */
export function createPrepare(workers: readonly Worker[], db: Database, log: Log): () => Promise<void> {
  const names = workers.flatMap(({ use }) => (use.kind === 'module' ? [] : [use.table]));
  const tables = [...new Set(names)].map(parseMessageTable);
  const isKept = tables.length > 0 || workers.some(({ once }) => once);
  return async () => {
    await db.query('SELECT 1');
    if (isKept) await migrate(db, { log });
    for (const table of tables) await ensureMessageTable(db, table);
  };
}
