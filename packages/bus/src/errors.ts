/** Stable names for what the other side did, or did not do, with a message. */
export type BusErrorCode =
  | 'BROKER_UNAVAILABLE'
  | 'BROKER_BLOCKED'
  | 'BROKER_REFUSED'
  | 'NOT_DECLARED'
  | 'OVERLOADED'
  | 'UNROUTABLE'
  | 'NO_WORKER'
  | 'PUBLISH_TIMEOUT'
  | 'RPC_TIMEOUT';

/**
 * The broker or a worker did not do what was asked.
 *
 * | code | the message |
 * |---|---|
 * | `BROKER_UNAVAILABLE`, `BROKER_BLOCKED`, `OVERLOADED` | was not sent |
 * | `NOT_DECLARED` | was not sent, because the broker has the exchange, or a queue behind it, otherwise than declared |
 * | `BROKER_REFUSED` | was refused by at least one queue; others may hold it |
 * | `UNROUTABLE` | reached no queue |
 * | `NO_WORKER` | was not sent, because nothing consumes the queue |
 * | `PUBLISH_TIMEOUT` | may or may not have been stored |
 * | `RPC_TIMEOUT` | may or may not have been executed |
 */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One violation of a JSON Schema, as RFC 6901 pointer and sentence. */
export interface Violation {
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
