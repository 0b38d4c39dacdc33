import { type ProblemCode, problemCodes } from './problem-codes.ts';

/** What is wrong with a part of a value. */
export interface Violation {
  /** RFC 6901 pointer into the value; `''` is all of it. */
  readonly pointer: string;
  readonly detail: string;
}

/** The caller is at fault, or a handler decided what the caller is told. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The HTTP status, 400 to 599. */
  readonly status: number;
  /** A stable name in SCREAMING_SNAKE. */
  readonly code: string;
  readonly violations: readonly Violation[];
  /** Headers that the answer carries besides those of every problem. */
  readonly headers: Readonly<Record<string, string>>;

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

/** The error with one of our own codes, and its status. */
export function requestError(code: ProblemCode, options?: RequestErrorOptions): RequestError {
  return new RequestError(problemCodes[code].status, code, options);
}
