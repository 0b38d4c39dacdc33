import { brand } from '@restmapper/core';

/** Stable codes for failures of the broker or a worker. */
export type BusErrorCode =
  | 'BROKER_UNAVAILABLE'
  | 'BROKER_BLOCKED'
  | 'BROKER_REFUSED'
  | 'NOT_DECLARED'
  | 'OVERLOADED'
  | 'UNROUTABLE'
  | 'NO_WORKER'
  | 'PUBLISH_TIMEOUT'
  | 'RPC_TIMEOUT'
  | 'BAD_REPLY'
  | 'WORKER_ERROR';

/**
 * The broker or a worker failed.
 *
 * | code | the message |
 * |---|---|
 * | `BROKER_UNAVAILABLE`, `BROKER_BLOCKED`, `OVERLOADED` | was not sent |
 * | `NOT_DECLARED` | was not sent, because the exchange, or its queue, differs or is missing on the broker |
 * | `BROKER_REFUSED` | was refused by at least one queue; others may hold it |
 * | `UNROUTABLE` | reached no queue |
 * | `NO_WORKER` | was not sent, because the queue has no consumer |
 * | `PUBLISH_TIMEOUT` | may or may not have been stored |
 * | `RPC_TIMEOUT` | may or may not have been executed |
 * | `BAD_REPLY` | was answered by several replies where one was expected, or one of several is missing |
 * | `WORKER_ERROR` | was accepted by a worker that failed while it sent several replies |
 */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  static {
    brand(this, 'BusError');
  }

  constructor(code: BusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
