import { Pool } from 'pg';
import { parseDatabaseUrl } from '../database-url.ts';
import { poolOptionsOf } from '../postgres.ts';
import { PoolConsole } from './pool-console.ts';
import type { SqlConsole, SqlConsoleOptions } from './sql-console.ts';

/** How long a person may pause within a transaction. */
const idleTimeoutMs = 600_000;
/** How much longer than the server's timeout to wait for a statement. */
const graceMs = 5_000;

/**
 * A console on a PostgreSQL server; connects on first use.
 *
 * @throws SyntaxError if the URL is invalid, and Error if a file that it names is unreadable.
 */
export function openPostgresConsole({
  url,
  statementTimeoutMs = 30_000,
  ...options
}: SqlConsoleOptions & { readonly url: string }): SqlConsole {
  const { settings, connect } = poolOptionsOf({ url, applicationName: 'restmapper sql', maxConnections: 1 });
  // Statements are timed by the console, which does not count the time that a reader of rows takes.
  const { query_timeout: _timeout, ...timeless } = settings;
  return new PoolConsole({
    ...options,
    place: parseDatabaseUrl(url).place,
    pool: new Pool(timeless),
    connect: { ...connect, session: { statementTimeoutMs, idleTimeoutMs } },
    canCancel: true,
    limitMs: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + graceMs,
  });
}
