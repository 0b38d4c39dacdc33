import { DatabaseError } from './database-error.ts';
import type { Database } from './database.ts';

/** Resolves when the database has recovered from the given failure. @throws DatabaseError */
export async function probeDatabase(db: Database, cause: unknown): Promise<void> {
  const wasReadOnly = cause instanceof DatabaseError && cause.code === '25006';
  const [row] = await db.query<{ readOnly: boolean }>(
    `SELECT current_setting('transaction_read_only') = 'on' AS "readOnly"`,
  );
  if (!wasReadOnly || !row?.readOnly) return;
  throw new DatabaseError('away', '25006', new Error('the database is read-only'));
}
