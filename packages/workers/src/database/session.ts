import type { PoolClient } from 'pg';

export interface SessionOptions {
  /** When the server ends a statement. */
  readonly statementTimeoutMs: number;
  /** When the server ends a session that does nothing within a transaction. */
  readonly idleTimeoutMs: number;
}

/**
 * How a connection gets its settings.
 *
 * A session of its own keeps them. A pooler, such as PgBouncer, may run each transaction in another session,
 * which it shares with other programs: there each transaction begins with them.
 */
export interface Session {
  /** Whether a pooler stands between. */
  readonly isPooled: boolean;
  /** What begins a transaction. */
  readonly begin: string;
}

/** For a database that needs no settings. */
export const plainSession: Session = { isPooled: false, begin: 'BEGIN' };

/**
 * Applies the settings after connecting: poolers refuse unknown startup parameters.
 *
 * A pooler is recognised by the process id that it hands out for cancelling, which it makes up.
 */
export async function openSession(client: PoolClient, options: SessionOptions): Promise<Session> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if (rows[0]?.pid !== processIdOf(client)) {
    return { isPooled: true, begin: `BEGIN; ${settingsSql(options, true)}` };
  }
  await client.query(settingsSql(options, false));
  return plainSession;
}

/** A commit that is acknowledged must be on disk, whatever the server's default; one that asks for more than that stays. */
function settingsSql({ statementTimeoutMs, idleTimeoutMs }: SessionOptions, isLocal: boolean): string {
  return `SELECT set_config('statement_timeout', '${statementTimeoutMs}', ${isLocal}),
    set_config('idle_in_transaction_session_timeout', '${idleTimeoutMs}', ${isLocal}),
    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
      WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, ${isLocal})`;
}

/** `pg` has it, its types do not. */
function processIdOf(client: PoolClient): unknown {
  return Reflect.get(client, 'processID');
}
