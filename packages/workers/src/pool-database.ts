import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '@restmapper/bus';
import type { Pool, PoolClient, QueryResult } from 'pg';
import type { Database, Queryable, SqlValue } from './database.ts';
import { DatabaseError } from './errors.ts';
import { toConnectError, toDatabaseError } from './sqlstate.ts';

export interface PoolDatabaseOptions {
  readonly pool: Pool;
  readonly log: Log;
  /** Refuses parameters that must not reach the server. @throws DatabaseError */
  readonly checkParams?: (params: readonly SqlValue[]) => void;
}

/**
 * A database behind a pool of connections.
 *
 * A connection that failed in a way that makes its state uncertain is closed, not used again.
 */
export class PoolDatabase implements Database {
  readonly #pool: Pool;
  readonly #checkParams: (params: readonly SqlValue[]) => void;
  readonly #current = new AsyncLocalStorage<Transaction>();

  constructor({ pool, log, checkParams = () => {} }: PoolDatabaseOptions) {
    this.#pool = pool;
    this.#checkParams = checkParams;
    // Without listeners the loss of a connection, idle or in use, would end the process.
    const onLost = (error: Error) => log.warn({ err: error }, 'lost a connection to the database');
    pool.on('error', onLost);
    pool.on('connect', (client) => client.on('error', onLost));
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<readonly Row[]> {
    this.#refuseInsideTransaction();
    return await this.#withClient(async (client) => {
      return (await this.#run<Row>(client, sql, params)).rows;
    });
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    this.#refuseInsideTransaction();
    return await this.#withClient(async (client) => {
      const tx = new Transaction((sql, params) => this.#run(client, sql, params));
      await tx.query('BEGIN');
      try {
        const value = await this.#current.run(tx, () => work(tx));
        await tx.commit();
        return value;
      } catch (error) {
        await tx.rollback();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** The embedded database has one connection: what works here would wait for itself there. */
  #refuseInsideTransaction(): void {
    if (!this.#current.getStore()?.open) return;
    throw defect('25001', 'inside a transaction, statements go through its own query function');
  }

  async #withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw toConnectError(error);
    });
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      broken = error instanceof DatabaseError && error.kind === 'away';
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #run<Row extends object>(
    client: PoolClient,
    sql: string,
    params?: readonly SqlValue[],
  ): Promise<QueryResult<Row>> {
    try {
      if (params) this.#checkParams(params);
      // Without parameters the text may hold several statements; the last one's result counts.
      const results = await client.query<Row>(sql, params && [...params]);
      return Array.isArray(results) ? results.at(-1) : results;
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

type Run = <Row extends object>(sql: string, params?: readonly SqlValue[]) => Promise<QueryResult<Row>>;

/** Statements of one transaction, one after the other, refused once it has ended. */
class Transaction implements Queryable {
  open = true;
  readonly #run: Run;
  #last: Promise<unknown> = Promise.resolve();

  constructor(run: Run) {
    this.#run = run;
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.#enqueue<Row>(sql, params)).rows;
  }

  /** @throws DatabaseError when a statement failed and the work went on as if it had not. */
  async commit(): Promise<void> {
    const committed = this.#enqueue('COMMIT');
    this.open = false;
    // PostgreSQL answers the COMMIT of a failed transaction by rolling it back, without an error.
    if ((await committed).command === 'ROLLBACK') throw defect('25P02', 'the transaction had failed');
  }

  /** Ends the transaction; a connection too broken for that is as good as rolled back. */
  async rollback(): Promise<void> {
    const rolledBack = this.open ? this.#enqueue('ROLLBACK') : undefined;
    this.open = false;
    await rolledBack?.catch(() => undefined);
  }

  #enqueue<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<QueryResult<Row>> {
    if (!this.open) return Promise.reject(defect('25P01', 'the transaction has ended'));
    const result = this.#last.then(() => this.#run<Row>(sql, params));
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function defect(code: string, message: string): DatabaseError {
  return new DatabaseError('defect', code, new Error(message));
}
