import type { ConnectionOptions } from 'node:tls';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { cancelStatement } from './cancel-statement.ts';
import type { QueryOptions, SqlValue } from './database.ts';
import { isWireValue, runPrepared } from './prepared-query.ts';
import { openSession, plainSession, type Session, type SessionOptions } from './session.ts';
import { type DatabaseServer, startStatementSpan } from './statement-span.ts';
import { leavesSession, toConnectError, toDatabaseError } from './sqlstate.ts';

/** Refuses parameters that must not reach the server. @throws DatabaseError */
export type CheckParams = (params: readonly SqlValue[]) => void;

export interface ConnectOptions {
  /** @default the server's settings */
  readonly session?: SessionOptions;
  /** If present, connects without TLS to a server that does not support it. */
  readonly preferredTls?: ConnectionOptions | false | undefined;
  readonly checkParams?: CheckParams | undefined;
  /** For spans. @default the embedded database, which has no address */
  readonly server?: DatabaseServer;
}

/** Of a prepared statement whose columns are no longer the same: only another session can run it. */
const changedColumns = '0A000';

/** The rows of a statement, and its command, unless it is known to be no command. */
export type StatementResult<Row extends object> = Pick<QueryResult<Row>, 'rows'> &
  Partial<Pick<QueryResult, 'command'>>;

/** A connection of a pool while it is in use. */
export class PooledConnection {
  readonly session: Session;
  /** For statements that speak the protocol themselves. */
  readonly client: PoolClient;
  readonly #checkParams: CheckParams;
  /** Absent for the embedded database. */
  readonly #server: DatabaseServer | undefined;
  #isBroken = false;

  constructor(
    client: PoolClient,
    session: Session,
    { checkParams = () => {}, server }: Pick<ConnectOptions, 'checkParams' | 'server'>,
  ) {
    this.client = client;
    this.session = session;
    this.#checkParams = checkParams;
    this.#server = server;
  }

  /** Whether its state is unknown. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Runs a statement that belongs to no transaction, with the settings of the session. @throws DatabaseError */
  async query<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    options?: QueryOptions,
  ): Promise<StatementResult<Row>> {
    if (!this.session.isPooled) return await this.run<Row>(sql, params, options);
    await this.run(this.session.begin);
    try {
      const result = await this.run<Row>(sql, params, options);
      await this.run('COMMIT');
      return result;
    } catch (error) {
      if (!this.#isBroken) await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Runs a statement unchanged. @throws DatabaseError */
  async run<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    { signal, name }: QueryOptions = {},
  ): Promise<StatementResult<Row>> {
    if (params) this.#checkParams(params);
    const span = startStatementSpan(sql, this.#server ?? {});
    const cancelling = signal && this.#server && this.#cancelOn(signal);
    try {
      if (name !== undefined && !this.session.isPooled && params?.every(isWireValue)) {
        return { rows: await runPrepared<Row>(this.client, { name, text: sql, values: params }) };
      }
      const results = await this.client.query<Row>(sql, params && [...params]);
      // Without parameters the text may contain several statements; the last result is returned.
      return Array.isArray(results) ? results.at(-1) : results;
    } catch (error) {
      const failure = toDatabaseError(error);
      const isStale = name !== undefined && failure.code === changedColumns;
      this.#isBroken ||= isStale || (failure.kind === 'away' && !leavesSession(error));
      span?.fail(failure);
      throw failure;
    } finally {
      const cancelled = cancelling?.end();
      if (cancelled) await cancelled;
      span?.end();
    }
  }

  /**
   * Cancels the running statement when the signal aborts.
   *
   * The request may reach the server when the statement has ended, and would cancel the next one: so the connection is
   * not used again.
   */
  #cancelOn(signal: AbortSignal): { readonly end: () => Promise<void> | undefined } {
    let sent: Promise<void> | undefined;
    const cancel = (): void => {
      this.#isBroken = true;
      sent = cancelStatement(this.client);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    return {
      end: () => {
        signal.removeEventListener('abort', cancel);
        return sent;
      },
    };
  }

  /** Returns it to its pool, which closes it if it is broken. */
  release(): void {
    this.client.release(this.#isBroken);
  }
}

/** The message of `pg`. */
const hasNoTls = /server does not support SSL/i;

/** The connections that already have their settings. */
const sessions = new WeakMap<PoolClient, Session>();

/** @throws DatabaseError `away` if none is available in time. */
export async function takeConnection(
  pool: Pool,
  { session, preferredTls, checkParams, server }: ConnectOptions = {},
): Promise<PooledConnection> {
  try {
    const client = await (preferredTls ? connectAsPreferred(pool, preferredTls) : pool.connect());
    return new PooledConnection(client, await sessionOf(client, session), { checkParams, server });
  } catch (error) {
    throw toConnectError(error);
  }
}

async function sessionOf(client: PoolClient, options: SessionOptions | undefined): Promise<Session> {
  const known = sessions.get(client);
  if (known) return known;
  try {
    const session = options ? await openSession(client, options) : plainSession;
    sessions.set(client, session);
    return session;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Connects without TLS if the server does not support it. */
async function connectAsPreferred(pool: Pool, ssl: ConnectionOptions): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    if (!(error instanceof Error && hasNoTls.test(error.message))) throw error;
  }
  // A pool reads its options for each connection.
  pool.options.ssl = false;
  try {
    return await pool.connect();
  } finally {
    pool.options.ssl = ssl;
  }
}
