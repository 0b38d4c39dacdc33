/**
 * PostgreSQL as the rest of the package sees it: a server behind a pool, or the embedded one.
 *
 * @throws DatabaseError from every method; its `kind` says what to do about it.
 */
export interface Database extends Queryable {
  /** Runs the function in one transaction on one connection: commits when it resolves, rolls back when it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Gives statements a connection of their own, on which they run in the order in which they are asked
   * for, each sent without waiting for the answer to the one before. It closes with the database.
   */
  openPipeline(): Queryable;
  /** Waits for what is running, then disconnects. */
  close(): Promise<void>;
}

export interface Queryable {
  /** Runs one statement with `$1`-style parameters. */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    params?: readonly SqlValue[],
  ): Promise<readonly Row[]>;
}

/** Objects and arrays of JSON are passed as text and cast in the statement; a Buffer holds bytea, or text in UTF-8. */
export type SqlValue = string | number | bigint | boolean | null | Date | Buffer | readonly (string | null)[];
