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

/** A connection while it is in use. */
interface Lease {
  readonly client: PoolClient;
  /** Whether nobody can tell what state it is in. */
  broken: boolean;
}

/**
 * A database behind a pool of connections.
 *
 * A connection that failed in a way that leaves its state uncertain is closed, not used again.
 */
export class PoolDatabase implements Database {
  readonly #pool: Pool;
  readonly #checkParams: (params: readonly SqlValue[]) => void;
  readonly #current = new AsyncLocalStorage<Transaction>();

  constructor({ pool, log, checkParams = () => {} }: PoolDatabaseOptions) {
    this.#pool = pool;
    this.#checkParams = checkParams;
    // Without listeners the loss of a connection, idle or in use, would end the process.
    pool.on('error', () => {});
    pool.on('connect', (client) =>
      client.on('error', (error) => log.warn({ err: error }, 'lost a connection to the database')),
    );
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<readonly Row[]> {
    this.#refuseInsideTransaction();
    return await this.#withLease(async (lease) => (await this.#run<Row>(lease, sql, params)).rows);
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    this.#refuseInsideTransaction();
    return await this.#withLease(async (lease) => {
      const tx = new Transaction((sql, params) => this.#run(lease, sql, params));
      try {
        await tx.query('BEGIN');
        const value = await this.#current.run(tx, () => work(tx));
        await tx.commit();
        return value;
      } catch (error) {
        if (!lease.broken) await tx.rollback();
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

  async #withLease<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw toConnectError(error);
    });
    const lease: Lease = { client, broken: false };
    try {
      return await work(lease);
    } finally {
      client.release(lease.broken);
    }
  }

  async #run<Row extends object>(
    lease: Lease,
    sql: string,
    params?: readonly SqlValue[],
  ): Promise<QueryResult<Row>> {
    if (params) this.#checkParams(params);
    try {
      const results = await lease.client.query<Row>(sql, params && [...params]);
      // Without parameters the text may hold several statements; the last one's result counts.
      return Array.isArray(results) ? results.at(-1) : results;
    } catch (error) {
      const failure = toDatabaseError(error);
      lease.broken ||= failure.kind === 'away';
      throw failure;
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

  /** Ends the transaction, unless the commit did; a connection that is lost by now is as good as rolled back. */
  async rollback(): Promise<void> {
    if (!this.open) return;
    const rolledBack = this.#enqueue('ROLLBACK');
    this.open = false;
    await rolledBack.catch(() => undefined);
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
