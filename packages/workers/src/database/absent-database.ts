import type { Database, Queryable } from './database.ts';
import { probeStatement } from './probe-database.ts';

const absentDatabases = new WeakSet<Database>();

/** Whether there is no database. */
export function isAbsent(db: Database): boolean {
  return absentDatabases.has(db);
}

/**
 * Stands in where there is no database: workers that use none run, and every statement of another fails with the
 * reason.
 */
export function createAbsentDatabase(reason: string): Database {
  const absent = createRefusingDatabase(reason);
  const query: Queryable['query'] = async (sql) => (sql === probeStatement ? [] : absent.query(sql));
  const database = { ...absent, query, openPipeline: () => ({ query }) };
  absentDatabases.add(database);
  return database;
}

/** Refuses every statement with the reason. */
export function createRefusingDatabase(reason: string): Database {
  const refuse = async (): Promise<never> => {
    throw new Error(reason);
  };
  return {
    query: refuse,
    transaction: refuse,
    openPipeline: () => ({ query: refuse }),
    close: async () => {},
  };
}
