import { readFileSync } from 'node:fs';
import { type Log, silentLog } from '@restmapper/core';
import { Pool, type PoolConfig } from 'pg';
import { readDatabaseTls } from './database-tls.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { Database } from './database.ts';
import { PoolDatabase } from './pool-database.ts';
import type { ConnectOptions } from './pooled-connection.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=` if needed. */
  readonly url: string;
  /** @default silentLog */
  readonly log?: Log;
  /** Shown in `pg_stat_activity`, unless the URL has another. @default 'restmapper' */
  readonly applicationName?: string;
  /** The maximum number of connections, without those of pipelines. @default 10 */
  readonly maxConnections?: number;
  /** How long connecting, or waiting for a free connection, may take. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** When the server ends a statement. @default 30000 */
  readonly statementTimeoutMs?: number;
}

/**
 * How much longer than the server's timeout to wait for a statement before treating the connection as dead.
 */
const graceMs = 5_000;

/**
 * A PostgreSQL server; connects on first use, and again after every loss. A pooler in transaction mode is
 * supported.
 *
 * Returns at once: until the server responds, statements fail as `away`.
 *
 * ```ts
 * import { openPostgres } from '@restmapper/workers';
 *
 * const db = openPostgres({ url: 'postgres://postgres@127.0.0.1:5432/postgres' });
 * const rows = await db.query('SELECT $1::int + 1 AS count', [1]);
 * console.log(rows); // [ { count: 2 } ]
 * await db.close();
 * ```
 * @throws SyntaxError if the URL is invalid, and Error if a file that it names is unreadable.
 */
export function openPostgres(options: PostgresOptions): Database {
  const { settings, connect } = poolOptionsOf(options);
  return new PoolDatabase({
    pool: new Pool(settings),
    createPipelinePool: () => new Pool({ ...settings, max: 1, pipeline: true }),
    log: options.log ?? silentLog,
    connect,
  });
}

export interface PoolOptions {
  readonly settings: PoolConfig;
  readonly connect: ConnectOptions;
}

/** How `pg` connects to a server. @throws SyntaxError, and Error if a file that the URL names is unreadable. */
export function poolOptionsOf({
  url,
  applicationName = 'restmapper',
  maxConnections = 10,
  connectTimeoutMs = 5_000,
  statementTimeoutMs = 30_000,
}: PostgresOptions): PoolOptions {
  const { host, port, user, password, database, options, tls, ...named } = parseDatabaseUrl(url);
  const ssl = readDatabaseTls(tls, (path) => readFileSync(path, 'utf8'));
  const idleTimeoutMs = statementTimeoutMs + graceMs;
  const settings: PoolConfig = {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(options !== undefined && { options }),
    ssl,
    max: maxConnections,
    application_name: named.applicationName ?? applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: idleTimeoutMs,
    keepAlive: true,
  };
  const connect: ConnectOptions = {
    session: { statementTimeoutMs, idleTimeoutMs },
    preferredTls: tls.mode === 'prefer' ? ssl : undefined,
    server: { host, port, database },
  };
  return { settings, connect };
}
