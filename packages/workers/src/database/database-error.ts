import { brand } from '@restmapper/core';

/**
 * Who or what is at fault for a failed statement.
 *
 * | kind | meaning | SQLSTATE |
 * |---|---|---|
 * | `data` | this value cannot be stored; another can | classes 21, 22, 23, 54 |
 * | `away` | the database is unavailable right now; the same statement may succeed later | socket errors, all errors while connecting, errors that end the session (FATAL), 57P01 to 57P03, 53100, 53200, 53300, 25006, 40001, 40P01, and class 58 where the server itself failed |
 * | `unready` | a table that the worker keeps is unusable until an operator or a migration repairs it | any, at that table |
 * | `defect` | the statement is wrong, or takes too long | all others, and all errors raised by a procedure outside the classes of `data` |
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export type DatabaseErrorKind = 'data' | 'away' | 'unready' | 'defect';

/** A statement failed. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** Who or what is at fault. */
  readonly kind: DatabaseErrorKind;
  /** The SQLSTATE, or the socket's error code. */
  readonly code: string;

  static {
    brand(this, 'DatabaseError');
  }

  constructor(kind: DatabaseErrorKind, code: string, cause: Error) {
    super(cause.message, { cause });
    this.kind = kind;
    this.code = code;
  }
}
