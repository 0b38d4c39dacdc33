import type { PoolClient } from 'pg';

export interface SessionOptions {
  /** When the server ends a statement. */
  readonly statementTimeoutMs: number;
  /** When the server ends a session that is idle in a transaction. */
  readonly idleTimeoutMs: number;
}

/**
 * How a connection gets its settings.
 *
 * A dedicated session keeps them. A pooler, such as PgBouncer, may run each transaction in another session,
 * shared with other programs: there each transaction begins with them.
 */
export interface Session {
  /** Whether there is a pooler in between. */
  readonly isPooled: boolean;
  /** The statements that begin a transaction. */
  readonly begin: string;
}

/** For a database without settings. */
export const plainSession: Session = { isPooled: false, begin: 'BEGIN' };

/**
 * Applies the settings after connecting: poolers refuse unknown startup parameters.
 *
 * A pooler is detected by its cancellation key, whose process id it makes up.
 */
export async function openSession(client: PoolClient, options: SessionOptions): Promise<Session> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if (rows[0]?.pid !== processIdOf(client)) {
    return { isPooled: true, begin: `BEGIN; ${settingsSql(options, true)}` };
  }
  await client.query(settingsSql(options, false));
  return plainSession;
}

/** An acknowledged commit must be on disk, whatever the server's default; a stricter setting is kept. */
function settingsSql({ statementTimeoutMs, idleTimeoutMs }: SessionOptions, isLocal: boolean): string {
  return `SELECT set_config('statement_timeout', '${statementTimeoutMs}', ${isLocal}),
    set_config('idle_in_transaction_session_timeout', '${idleTimeoutMs}', ${isLocal}),
    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
      WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, ${isLocal})`;
}

/** Exists in `pg`, but not in its types. */
function processIdOf(client: PoolClient): unknown {
  return Reflect.get(client, 'processID');
}
