import { silentLog } from '@restmapper/core';
import type { Pool } from 'pg';
import { DatabaseError } from '../database-error.ts';
import { guardPool } from '../guard-pool.ts';
import { type ConnectOptions, type PooledConnection, takeConnection } from '../pooled-connection.ts';
import { leavesSession, toDatabaseError } from '../sqlstate.ts';
import { cancelStatement } from '../cancel-statement.ts';
import { PagedQuery, type SqlResult } from './paged-query.ts';
import { Run } from './run.ts';
import type { RunOptions, SqlConsole, SqlConsoleOptions } from './sql-console.ts';

export interface PoolConsoleOptions extends Omit<SqlConsoleOptions, 'statementTimeoutMs'> {
  readonly place: string;
  /** Only the console uses it. */
  readonly pool: Pool;
  readonly connect?: ConnectOptions;
  /** Whether the server can cancel a statement; otherwise its connection is closed. */
  readonly canCancel: boolean;
  /** When the connection of a statement that has not ended is closed; 0: never. */
  readonly limitMs: number;
  /** Called when it has disconnected. */
  readonly onClosed?: () => Promise<void>;
}

/** How long a server may take to cancel a statement before its connection is closed. */
const cancelPatienceMs = 3_000;

/** A console that keeps one connection of a pool, and takes another one after a loss. */
export class PoolConsole implements SqlConsole {
  readonly place: string;
  readonly #options: PoolConsoleOptions;
  #connection: PooledConnection | undefined;
  #run: Run | undefined;

  constructor(options: PoolConsoleOptions) {
    this.place = options.place;
    this.#options = options;
    guardPool(options.pool, silentLog);
  }

  get isInTransaction(): boolean {
    const status = this.#connection?.client.getTransactionStatus();
    return status === 'T' || status === 'E';
  }

  async run(sql: string, { params = [], listener = () => true }: RunOptions = {}): Promise<SqlResult> {
    assertSendable(sql);
    const run = new Run(this.#options.limitMs, () => this.#drop());
    this.#run = run;
    try {
      const connection = await this.#connect();
      run.assertWhole();
      run.limit();
      const result = await this.#submit(connection, new PagedQuery(sql, params, run.guard(listener)));
      run.assertWhole();
      return result;
    } catch (error) {
      run.assertWhole();
      const failure = toDatabaseError(error);
      if (failure.kind === 'away' && !leavesSession(error)) this.#drop();
      throw failure;
    } finally {
      run.close();
      this.#run = undefined;
    }
  }

  cancel(): void {
    const run = this.#run;
    if (!run) return;
    run.cancel();
    if (!this.#connection) return;
    if (!this.#options.canCancel) return this.#drop();
    void cancelStatement(this.#connection.client);
    run.limit(cancelPatienceMs);
  }

  async close(): Promise<void> {
    this.#connection?.release();
    this.#connection = undefined;
    await this.#options.pool.end();
    await this.#options.onClosed?.();
  }

  async #connect(): Promise<PooledConnection> {
    if (this.#connection) return this.#connection;
    const { pool, connect, onNotice } = this.#options;
    const connection = await takeConnection(pool, connect);
    this.#connection = connection;
    connection.client.once('error', () => {
      if (this.#connection === connection) this.#drop();
    });
    connection.client.on('notice', ({ severity = 'NOTICE', message = '' }) => {
      if (this.#run?.isSubmitted) onNotice?.(`${severity}: ${message}`);
    });
    return connection;
  }

  async #submit(connection: PooledConnection, query: PagedQuery): Promise<SqlResult> {
    if (this.#options.mayWrite) return await this.#send(connection, query);
    const { begin, isPooled } = connection.session;
    // After a first statement, not even SET TRANSACTION makes it READ WRITE.
    await connection.run(`${begin.replace('BEGIN', 'BEGIN READ ONLY')}; SELECT 1`);
    try {
      return await this.#send(connection, query);
    } finally {
      // A SET stays in effect, except in a session that a pooler shares.
      await connection.run(isPooled ? 'ROLLBACK' : 'COMMIT').catch(() => undefined);
    }
  }

  async #send({ client }: PooledConnection, query: PagedQuery): Promise<SqlResult> {
    const run = this.#run;
    if (run) run.isSubmitted = true;
    try {
      return await client.query(query).result;
    } finally {
      if (run) run.isSubmitted = false;
    }
  }

  /** Closes the connection, which fails its statement. */
  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.client.release(true);
  }
}

/** The protocol ends a text at the first NUL. */
function assertSendable(sql: string): void {
  if (!sql.includes('\0')) return;
  throw new DatabaseError('defect', '42601', new Error('a statement cannot contain the character NUL'));
}
