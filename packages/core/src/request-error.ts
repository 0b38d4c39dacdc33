import { brand } from './brand.ts';
import { type ProblemCode, problemCodes } from './problem-codes.ts';

/** A violation in a part of a value. */
export interface Violation {
  /** RFC 6901 pointer into the value; `''` is the whole value. */
  readonly pointer: string;
  readonly detail: string;
}

/** The caller is at fault, or a handler chose this answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The HTTP status, 400 to 599. */
  readonly status: number;
  /** A stable name in SCREAMING_SNAKE. */
  readonly code: string;
  readonly violations: readonly Violation[];
  /** Additional headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  static {
    brand(this, 'RequestError');
  }

  constructor(
    status: number,
    code: string,
    { detail = code, violations = [], headers = {}, cause }: RequestErrorOptions = {},
  ) {
    super(detail, { cause });
    this.status = status;
    this.code = code;
    this.violations = violations;
    this.headers = headers;
  }
}

export interface RequestErrorOptions {
  readonly detail?: string;
  readonly violations?: readonly Violation[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Creates an error with one of the built-in codes, and its status. */
export function requestError(code: ProblemCode, options?: RequestErrorOptions): RequestError {
  return new RequestError(problemCodes[code].status, code, options);
}
