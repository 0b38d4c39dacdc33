import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '@restmapper/core';
import type { Pool } from 'pg';
import type { Database, Queryable, QueryOptions, SqlValue } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { guardPool } from './guard-pool.ts';
import { Pipeline } from './pipeline.ts';
import {
  type ConnectOptions,
  type PooledConnection,
  type StatementResult,
  takeConnection,
} from './pooled-connection.ts';

export interface PoolDatabaseOptions {
  readonly pool: Pool;
  /** Creates the pool of a {@link Pipeline}. @default pipelines share the connections of the pool */
  readonly createPipelinePool?: () => Pool;
  readonly log: Log;
  /** How to connect. */
  readonly connect?: ConnectOptions;
}

/**
 * A database behind a pool of connections.
 *
 * A connection whose state is uncertain after a failure is closed, not reused.
 */
export class PoolDatabase implements Database {
  readonly #pool: Pool;
  readonly #createPipelinePool: (() => Pool) | undefined;
  readonly #log: Log;
  readonly #connect: ConnectOptions | undefined;
  readonly #pipelines = new Set<Pipeline>();
  #watched = 0;
  readonly #current = new AsyncLocalStorage<Transaction>();

  constructor({ pool, createPipelinePool, log, connect }: PoolDatabaseOptions) {
    this.#pool = pool;
    this.#createPipelinePool = createPipelinePool;
    this.#log = log;
    this.#connect = connect;
    guardPool(pool, this.#log);
  }

  async query<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    options?: QueryOptions,
  ): Promise<readonly Row[]> {
    this.#refuseInsideTransaction();
    return await this.#withConnection(async (connection) => {
      const { rows } = await connection.query<Row>(sql, params, options);
      return rows;
    });
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    this.#refuseInsideTransaction();
    return await this.#withConnection(async (connection) => {
      const tx = new Transaction((sql, params, options) => connection.run(sql, params, options));
      try {
        await tx.query(connection.session.begin);
        const value = await this.#watch(tx, work);
        await tx.commit();
        return value;
      } catch (error) {
        if (!connection.isBroken) await tx.rollback();
        throw error;
      }
    });
  }

  openPipeline(closing?: AbortSignal): Queryable {
    if (!this.#createPipelinePool) return this;
    const pool = this.#createPipelinePool();
    guardPool(pool, this.#log);
    const pipeline = new Pipeline(pool, this.#connect);
    this.#pipelines.add(pipeline);
    closing?.addEventListener('abort', () => void this.#closePipeline(pipeline), { once: true });
    return pipeline;
  }

  resize(maxConnections: number): void {
    this.#pool.options.max = maxConnections;
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), ...[...this.#pipelines].map((pipeline) => pipeline.close())]);
  }

  /** The database closes what is left. */
  async #closePipeline(pipeline: Pipeline): Promise<void> {
    if (this.#pipelines.delete(pipeline)) await pipeline.close();
  }

  /** The embedded database has one connection: there, such a statement would wait for itself. */
  #refuseInsideTransaction(): void {
    if (!this.#current.getStore()?.open) return;
    throw defect('25001', 'inside a transaction, statements go through its own query function');
  }

  async #withConnection<T>(work: (connection: PooledConnection) => Promise<T>): Promise<T> {
    const connection = await takeConnection(this.#pool, this.#connect);
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  }

  /** Tracks the current transaction; on Node 20 this slows down every promise, so only while one is open. */
  async #watch<T>(tx: Transaction, work: (tx: Queryable) => Promise<T>): Promise<T> {
    this.#watched += 1;
    try {
      return await this.#current.run(tx, () => work(tx));
    } finally {
      this.#watched -= 1;
      if (this.#watched === 0) this.#current.disable();
    }
  }
}

type Run = <Row extends object>(
  sql: string,
  params?: readonly SqlValue[],
  options?: QueryOptions,
) => Promise<StatementResult<Row>>;

/** Runs statements of one transaction in sequence, and refuses them once it has ended. */
class Transaction implements Queryable {
  open = true;
  readonly #run: Run;
  #last: Promise<unknown> = Promise.resolve();

  constructor(run: Run) {
    this.#run = run;
  }

  async query<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    options?: QueryOptions,
  ): Promise<readonly Row[]> {
    return (await this.#enqueue<Row>(sql, params, options)).rows;
  }

  /** @throws DatabaseError if a statement failed and the work ignored it. */
  async commit(): Promise<void> {
    const committed = this.#enqueue('COMMIT');
    this.open = false;
    // PostgreSQL rolls back on COMMIT of a failed transaction, without an error.
    if ((await committed).command === 'ROLLBACK') throw defect('25P02', 'the transaction had failed');
  }

  /** Rolls back, unless the commit ended the transaction; a lost connection counts as rolled back. */
  async rollback(): Promise<void> {
    if (!this.open) return;
    const rolledBack = this.#enqueue('ROLLBACK');
    this.open = false;
    await rolledBack.catch(() => undefined);
  }

  #enqueue<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    options?: QueryOptions,
  ): Promise<StatementResult<Row>> {
    if (!this.open) return Promise.reject(defect('25P01', 'the transaction has ended'));
    const result = this.#last.then(() => this.#run<Row>(sql, params, options));
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function defect(code: string, message: string): DatabaseError {
  return new DatabaseError('defect', code, new Error(message));
}
