import type { Database, Queryable } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import { nestDatabase } from './nested-database.ts';

/** What work on a message uses. */
export interface WorkScope {
  readonly db: Database;
  /** Whether a transaction is open, which holds a connection. */
  readonly isInTransaction: boolean;
}

/** Runs statements of a transaction. */
type Statements = (tx: Queryable) => Promise<void>;

const savepoint = 'restmapper_work';

/**
 * The transaction of a message, which the first statement of its work opens: until then it holds no connection.
 *
 * Begins with statements that may refuse the message. Whatever the work makes of such a refusal, the transaction ends
 * with it.
 */
export class MessageTransaction implements WorkScope {
  readonly db: Database;
  readonly #database: Database;
  readonly #begin: Statements;
  readonly #last: Promise<Statements>;
  #end: (last: Statements) => void = () => {};
  #opened: Promise<Queryable> | undefined;
  #done: Promise<void> | undefined;
  #hasEnded = false;

  constructor(database: Database, begin: Statements) {
    this.#database = database;
    this.#begin = begin;
    this.#last = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.db = nestDatabase({
      query: async (sql, params, options) => (await this.#open()).query(sql, params, options),
    });
  }

  get isInTransaction(): boolean {
    return this.#opened !== undefined;
  }

  /** Rolls back what the work has done, but not the beginning. */
  async undo(): Promise<void> {
    if (this.#opened) await (await this.#opened).query(`ROLLBACK TO SAVEPOINT ${savepoint}`);
  }

  /** Ends with these statements, also if there was none before. */
  async commit(last: Statements): Promise<void> {
    this.#hasEnded = true;
    this.#end(last);
    await (this.#done ?? this.#run(async (tx) => await this.#begin(tx)));
  }

  /** Rolls back because of an error; returns the one that it ended with: an earlier refusal, or this. */
  async rollback(cause: unknown): Promise<unknown> {
    this.#hasEnded = true;
    this.#end(() => Promise.reject(cause));
    return await this.#done?.then(
      () => cause,
      (error: unknown) => error,
    );
  }

  #open(): Promise<Queryable> {
    if (this.#hasEnded) throw ended();
    this.#opened ??= new Promise((resolve, reject) => {
      this.#done = this.#run(async (tx) => {
        await this.#begin(tx);
        await tx.query(`SAVEPOINT ${savepoint}`);
        resolve(tx);
      });
      this.#done.catch(reject);
    });
    return this.#opened;
  }

  #run(begin: Statements): Promise<void> {
    return this.#database.transaction(async (tx) => {
      await begin(tx);
      const last = await this.#last;
      await last(tx);
    });
  }
}

function ended(): DatabaseError {
  return new DatabaseError('defect', '25P01', new Error('the transaction has ended'));
}
