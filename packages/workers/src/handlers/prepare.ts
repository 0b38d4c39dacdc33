import type { Log } from '@restmapper/core';
import type { Worker } from '@restmapper/endpoints';
import type { Database } from '../database/database.ts';
import { roomOf } from './handlers.ts';

/**
 * Prepares a database for the workers: runs the migrations if any worker needs them, and creates a table for
 * each built-in handler. It is cheap on a prepared database.
 *
 * @throws ConfigError if a table's name is not allowed.
 */
export async function prepareWorkers(workers: readonly Worker[], db: Database, log: Log): Promise<void> {
  await db.query('SELECT 1');
  for (const worker of workers) await roomOf(worker).prepare(worker, db, log);
}
