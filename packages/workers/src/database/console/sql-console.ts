import type { SqlPage, SqlResult } from './paged-query.ts';

/** One session of a person or a script, which sends one statement after the other. */
export interface SqlConsole {
  /** Where it is connected to, without credentials. */
  readonly place: string;
  /** Whether a transaction is open, which {@link SqlConsole.close} rolls back. */
  readonly isInTransaction: boolean;
  /**
   * Runs one statement.
   *
   * @throws DatabaseError with the SQLSTATE; 57014 if it was cancelled or took too long.
   */
  run(sql: string, options?: RunOptions): Promise<SqlResult>;
  /** Cancels the running statement; the session remains usable. */
  cancel(): void;
  /** Disconnects. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** The values of `$1`, `$2`, … */
  readonly params?: readonly string[];
  /** @default the rows are dropped */
  readonly listener?: PageListener;
}

/** Takes a page before the next one is requested; resolves with whether it wants more. */
export type PageListener = (page: SqlPage) => Promise<boolean> | boolean;

export interface SqlConsoleOptions {
  /** Whether statements may change anything: if not, each is a transaction that is READ ONLY. @default false */
  readonly mayWrite?: boolean;
  /** When a statement is ended; 0: never. @default 30000 */
  readonly statementTimeoutMs?: number;
  /** Receives what a statement reports besides its result, such as `NOTICE: …`. */
  readonly onNotice?: (notice: string) => void;
}
