import { silentLog } from '@restmapper/bus';
import type { Log } from '@restmapper/bus';
import { Pool } from 'pg';
import type { Database } from './database.ts';
import { PoolDatabase } from './pool-database.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=` where it is needed. */
  readonly url: string;
  /** @default silentLog */
  readonly log?: Log;
  /** Shown in `pg_stat_activity`. @default 'restmapper' */
  readonly applicationName?: string;
  /** Most connections, without those of pipelines. @default 10 */
  readonly maxConnections?: number;
  /** How long connecting, or waiting for a free connection, may take. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** When the server ends a statement. @default 30000 */
  readonly statementTimeoutMs?: number;
}

/** How much longer than the server we wait for a statement, before we take the connection for dead. */
const graceMs = 5_000;

/**
 * A PostgreSQL server; connects when it is first needed, and again after every loss.
 *
 * Returns at once: until the server answers, statements fail as `away`.
 */
export function openPostgres({
  url,
  log = silentLog,
  applicationName = 'restmapper',
  maxConnections = 10,
  connectTimeoutMs = 5_000,
  statementTimeoutMs = 30_000,
}: PostgresOptions): Database {
  const settings = {
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + graceMs,
    idle_in_transaction_session_timeout: statementTimeoutMs + graceMs,
    keepAlive: true,
  };
  return new PoolDatabase({
    pool: new Pool(settings),
    createPipelinePool: () => new Pool({ ...settings, max: 1, pipeline: true }),
    log,
  });
}
