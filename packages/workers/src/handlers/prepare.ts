import type { Log } from '@restmapper/core';
import type { Worker } from '@restmapper/endpoints';
import type { Database } from '../database/database.ts';
import { roomOf } from './handlers.ts';

/**
 * Brings a database to what the workers need: the migrations where any of them keeps something, and a table for
 * each built-in handler. It asks little of a database that has it all.
 *
 * @throws ConfigError when a table's name is not allowed.
 */
export async function prepareWorkers(workers: readonly Worker[], db: Database, log: Log): Promise<void> {
  await db.query('SELECT 1');
  for (const worker of workers) await roomOf(worker).prepare(worker, db, log);
}
