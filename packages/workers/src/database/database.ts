/**
 * PostgreSQL, either a server behind a pool or the embedded one.
 *
 * @throws DatabaseError from every method; its `kind` says how to react.
 */
export interface Database extends Queryable {
  /** Runs the function in one transaction on one connection: commits when it resolves, rolls back when it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Opens a separate connection on which statements run in call order, each sent without waiting for the
   * previous result. It closes when the signal aborts, and with the database.
   */
  openPipeline(closing?: AbortSignal): Queryable;
  /** Changes the maximum number of connections, not counting pipelines; absent if there is only one connection. */
  resize?(maxConnections: number): void;
  /** Waits for running statements, then disconnects. */
  close(): Promise<void>;
}

/** Runs statements: a database, or a transaction. */
export interface Queryable {
  /** Runs one statement with `$1`-style parameters. */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    params?: readonly SqlValue[],
    options?: QueryOptions,
  ): Promise<readonly Row[]>;
}

/** How a statement is run. */
export interface QueryOptions {
  /** Cancels the statement on the server when it aborts; the embedded database runs it to its end. */
  readonly signal?: AbortSignal;
  /** Keeps the statement prepared on its connection, under this name; the sessions of a pooler do not. One name has one text. */
  readonly name?: string;
}

/** Objects and arrays of JSON are passed as text and cast in the statement; a Buffer holds bytea, or text in UTF-8. */
export type SqlValue = string | number | bigint | boolean | null | Date | Buffer | readonly (string | null)[];
