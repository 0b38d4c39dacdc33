import { DatabaseError } from './database-error.ts';
import type { Database } from './database.ts';

/** What a probe asks. */
export const probeStatement = `SELECT current_setting('transaction_read_only') = 'on' AS "readOnly"`;

/** Resolves when the database has recovered from the given failure. @throws DatabaseError */
export async function probeDatabase(db: Database, cause: unknown): Promise<void> {
  const wasReadOnly = cause instanceof DatabaseError && cause.code === '25006';
  const [row] = await db.query<{ readOnly: boolean }>(probeStatement);
  if (!wasReadOnly || !row?.readOnly) return;
  throw new DatabaseError('away', '25006', new Error('the database is read-only'));
}
