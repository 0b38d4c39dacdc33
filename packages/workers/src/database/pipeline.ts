import type { Pool } from 'pg';
import type { Queryable, SqlValue } from './database.ts';
import { type ConnectOptions, type PooledConnection, takeConnection } from './pooled-connection.ts';

/**
 * Pipelined statements on one connection, each sent without waiting for the previous result.
 *
 * Each is its own transaction: a failure does not stop the statements after it. When the connection is lost,
 * all pending statements fail as `away`, and the next one reconnects.
 * @see https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
 */
export class Pipeline implements Queryable {
  readonly #pool: Pool;
  readonly #connect: ConnectOptions | undefined;
  #connection: Promise<PooledConnection> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** The pool holds at most one connection, in `pg`'s pipeline mode. */
  constructor(pool: Pool, connect?: ConnectOptions) {
    this.#pool = pool;
    this.#connect = connect;
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<readonly Row[]> {
    const before = this.#last;
    const rows = this.#run<Row>(sql, { params, before });
    this.#last = rows.catch(() => undefined);
    return await rows;
  }

  /** Waits for pending statements, then disconnects. */
  async close(): Promise<void> {
    await this.#last;
    const connection = await this.#connection?.catch(() => undefined);
    connection?.release();
    await this.#pool.end();
  }

  async #run<Row extends object>(
    sql: string,
    {
      params,
      before,
    }: { readonly params: readonly SqlValue[] | undefined; readonly before: Promise<unknown> },
  ): Promise<readonly Row[]> {
    const taken = (this.#connection ??= takeConnection(this.#pool, this.#connect));
    let connection: PooledConnection | undefined;
    try {
      connection = await taken;
      // Statements pipelined to a pooler may reach another session.
      if (connection.session.isPooled) await before;
      return (await connection.query<Row>(sql, params)).rows;
    } catch (error) {
      if (!connection || connection.isBroken) this.#drop(taken, connection);
      throw error;
    }
  }

  /** The first failure drops the connection for all. */
  #drop(taken: Promise<PooledConnection>, connection: PooledConnection | undefined): void {
    if (this.#connection !== taken) return;
    this.#connection = undefined;
    connection?.release();
  }
}
