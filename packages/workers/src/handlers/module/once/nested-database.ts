import type { Database, Queryable } from '../../../database/database.ts';

/**
 * The open transaction as a database: all statements belong to it, and a transaction within it is a
 * savepoint, undone by itself when it fails.
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
      // On a connection that is lost this fails as well: what went wrong first is told.
      await tx.query(`ROLLBACK TO SAVEPOINT ${name}`).catch(() => undefined);
      throw error;
    }
  };
  return {
    query: (sql, params) => tx.query(sql, params),
    transaction: savepoint,
    openPipeline: () => tx,
    close: async () => {},
  };
}
