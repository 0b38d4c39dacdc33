import { brand } from './brand.ts';
import { type ProblemCode, problemCodes } from './problem-codes.ts';

/** A violation in a part of a value. */
export interface Violation {
  /** RFC 6901 pointer into the value; `''` is the whole value. */
  readonly pointer: string;
  /** What is wrong there. */
  readonly detail: string;
}

/** The maximum number of violations reported to a caller. */
export const maxViolations = 50;

/** The caller is at fault, or a handler chose this answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The HTTP status, 400 to 599. */
  readonly status: number;
  /** A stable name in SCREAMING_SNAKE. */
  readonly code: string;
  /** What is wrong in the request, if it was validated. */
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

/** The parts of an error's answer that may be left out. */
export interface RequestErrorOptions {
  /** A sentence for the caller. @default the code */
  readonly detail?: string;
  /** What is wrong in the request. @default none */
  readonly violations?: readonly Violation[];
  /** Additional headers of the answer. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** The error behind this one; callers do not see it. */
  readonly cause?: unknown;
}

/** Creates an error with one of the built-in codes, and its status. */
export function requestError(code: ProblemCode, options?: RequestErrorOptions): RequestError {
  return new RequestError(problemCodes[code].status, code, options);
}
