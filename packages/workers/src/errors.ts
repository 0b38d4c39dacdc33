/**
 * Whose fault a failed statement is.
 *
 * | kind | meaning | SQLSTATE |
 * |---|---|---|
 * | `data` | this value cannot be stored; another can | classes 21, 22, 23, 54 |
 * | `away` | the database cannot work now; the same statement may succeed later | classes 08, 40, 53, 55, 57, 58, 25006, socket errors, and whatever fails while connecting |
 * | `defect` | the statement is wrong | all others |
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export type DatabaseErrorKind = 'data' | 'away' | 'defect';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly kind: DatabaseErrorKind;
  /** The SQLSTATE, or the socket's error code. */
  readonly code: string;

  constructor(kind: DatabaseErrorKind, code: string, cause: Error) {
    super(cause.message, { cause });
    this.kind = kind;
    this.code = code;
  }
}

/**
 * Thrown by a handler: hand the message back after a delay.
 *
 * @throws RangeError when the delay is no number of milliseconds.
 */
export class Retry extends Error {
  override readonly name = 'Retry';
  readonly delayMs: number;

  constructor(delayMs: number, reason = 'asked to be retried') {
    super(reason);
    if (!(delayMs >= 0 && Number.isFinite(delayMs))) throw new RangeError(`not a delay: ${delayMs} ms`);
    this.delayMs = delayMs;
  }
}

/** Thrown by a handler: the message can never succeed; it goes to the dead letters with this reason. */
export class Reject extends Error {
  override readonly name = 'Reject';
}

/** Work was given up because its process ends; the message goes back untouched. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
