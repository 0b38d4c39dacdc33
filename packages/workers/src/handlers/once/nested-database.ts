import type { Database, Queryable } from '../../database/database.ts';

/**
 * The open transaction as a database: all statements belong to it, and a nested transaction is a savepoint
 * that rolls back alone when it fails.
 */
export function nestDatabase(tx: Queryable): Database {
  let savepoints = 0;
  const savepoint = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    savepoints += 1;
    const name = `restmapper_${savepoints}`;
    await tx.query(`SAVEPOINT ${name}`);
    try {
      const value = await work(tx);
      await tx.query(`RELEASE SAVEPOINT ${name}`);
      return value;
    } catch (error) {
      // On a lost connection this fails as well: the first error is reported.
      await tx.query(`ROLLBACK TO SAVEPOINT ${name}`).catch(() => undefined);
      throw error;
    }
  };
  return {
    query: (sql, params, options) => tx.query(sql, params, options),
    transaction: savepoint,
    openPipeline: () => tx,
    close: async () => {},
  };
}
