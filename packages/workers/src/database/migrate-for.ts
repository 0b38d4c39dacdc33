import type { Log } from '@restmapper/core';
import { DatabaseError } from './database-error.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { unready } from './table-fault.ts';

export interface MigrateForOptions {
  readonly log: Log;
  /** The object that needs the migrations, for the error: `the table message`. */
  readonly what: string;
}

/**
 * Runs the migrations that an object needs.
 *
 * @throws DatabaseError `away`, or `unready` if they fail for another reason
 */
export async function migrateFor(db: Database, { log, what }: MigrateForOptions): Promise<void> {
  await migrate(db, { log }).catch((error: unknown) => {
    if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
    throw unready(`${what} cannot be prepared: ${error.message}`, error);
  });
}
