import { randomUUID } from 'node:crypto';
import { ConfigError, type Log } from '@restmapper/core';
import {
  connectionsOf,
  createAbsentDatabase,
  type Database,
  openEmbedded,
  openPostgres,
  parseDatabaseUrl,
} from '@restmapper/workers';
import type { Model } from '@restmapper/endpoints';
import { checkDatabaseUrl } from '../process/database-settings.ts';
import { readFileSync } from 'node:fs';

export interface TestDatabaseOptions {
  /** `memory`, `none`, or the URL of a PostgreSQL server. */
  readonly database: string;
  readonly model: Model;
  readonly log: Log;
}

/**
 * Opens a database for one test system: in memory, or a schema of its own on a server, which is dropped on close.
 *
 * @throws ConfigError if the embedded database is not installed, or the server cannot be used.
 */
export async function openTestDatabase({ database, model, log }: TestDatabaseOptions): Promise<Database> {
  if (database === 'none') return createAbsentDatabase('this test system has no database');
  if (database === 'memory') return await openEmbedded({ log });
  checkDatabaseUrl('database', database, (path) => readFileSync(path, 'utf8'));
  return await openSchema(database, { log, maxConnections: connectionsOf(model.workers) });
}

interface SchemaOptions {
  readonly log: Log;
  readonly maxConnections: number;
}

async function openSchema(url: string, options: SchemaOptions): Promise<Database> {
  const schema = `restmapper_test_${randomUUID().replaceAll('-', '')}`;
  const owner = openPostgres({ url, maxConnections: 1 });
  await owner.query(`CREATE SCHEMA ${schema}`).catch(async (error: unknown) => {
    await owner.close();
    const reason = error instanceof Error ? error.message : String(error);
    const refusal = new ConfigError(`no schema can be created in ${parseDatabaseUrl(url).place}: ${reason}`);
    throw Object.assign(refusal, { cause: error });
  });
  const searchPath = encodeURIComponent(`-c search_path=${schema}`);
  const db = openPostgres({ url: `${url}${url.includes('?') ? '&' : '?'}options=${searchPath}`, ...options });
  return {
    query: (sql, params, options) => db.query(sql, params, options),
    transaction: (work) => db.transaction(work),
    openPipeline: (closing) => db.openPipeline(closing),
    resize: (maxConnections) => db.resize?.(maxConnections),
    close: async () => {
      await db.close();
      try {
        await owner.query(`DROP SCHEMA ${schema} CASCADE`);
      } finally {
        await owner.close();
      }
    },
  };
}

/** Removes all rows, except what restmapper needs to find its tables as they were. */
export async function removeRows(db: Database): Promise<void> {
  await db.query(removeAllRows);
}

const removeAllRows = `DO $$
DECLARE
  names text;
BEGIN
  SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO names
  FROM pg_tables
  WHERE schemaname = current_schema() AND tablename NOT IN ('restmapper_head', 'restmapper_migration', 'restmapper_application_migration');
  IF names IS NOT NULL THEN
    EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
  END IF;
  IF to_regclass('restmapper_head') IS NOT NULL THEN
    UPDATE restmapper_head SET position = 0;
  END IF;
END
$$`;
