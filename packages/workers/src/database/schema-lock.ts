import type { Queryable } from './database.ts';

/** An arbitrary number that other programs are unlikely to use. */
const lockKey = 7_305_788_141_914_337;

/** Serializes schema changes; held until the transaction ends. */
export async function lockSchema(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
}
