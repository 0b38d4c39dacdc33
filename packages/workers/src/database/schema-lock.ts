import type { Queryable } from './database.ts';

/** Any number that nobody else is likely to take. */
const lockKey = 7_305_788_141_914_337;

/** Lets one transaction at a time change the schema; held until it ends. */
export async function lockSchema(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
}
