import {
  backoffMs,
  Interrupted,
  problemCodes,
  type ReplyHeaders,
  requestError,
  RequestError,
} from '@restmapper/core';
import { BusError, type Delivery, type Outcome } from '@restmapper/bus';
import { isLate } from './deadline.ts';
import { Reject, Released, Retry } from './errors.ts';

/** The reply's body and what goes with it; not needed for an event. */
export interface HandlerReply {
  readonly reply: Buffer;
  /** The reply's media type. @default 'application/json' */
  readonly contentType?: string | undefined;
  /** Headers of the HTTP response, by lower-case name. @default none */
  readonly headers?: ReplyHeaders | undefined;
  /** The reply's status. @default the endpoint's */
  readonly status?: number | undefined;
  /** Whether the reply is an error rather than a return value. @default false */
  readonly isError?: boolean;
  /** Whether it replays the answer to the same message. */
  readonly isRepeated?: boolean;
}

/** A handler's result for one delivery: an answer, or a thrown error. */
export type HandlerResult = HandlerReply | { readonly error: unknown };

export interface OutcomeOptions {
  /** Failed attempts after the first, before an event is dead-lettered. */
  readonly retries: number;
  /** @default Date.now */
  readonly now?: () => number;
  /** A number from 0 up to 1. @default Math.random */
  readonly random?: () => number;
}

/** RabbitMQ 4 closes the channel, and so every other request on it, at 16 MiB. */
const maxReplyBytes = 15 * 1024 * 1024;

const retryBackoff = { firstMs: 1_000, capMs: 600_000 };

/**
 * Decides the outcome of a delivery.
 *
 * | the handler | an event is | a request is |
 * |---|---|---|
 * | returns | acked | answered with the value, or as `reply` says |
 * | throws `Retry` | redelivered after its delay | redelivered, if its deadline allows; else 500 |
 * | throws `Reject` | dead-lettered with the reason | answered 500 |
 * | throws `RequestError` | as any other error | answered with its status, code and headers |
 * | throws `BusError`, of a worker it asked | as any other error | answered with its code: 503, 504 |
 * | throws anything else | retried with back-off; after `retries` of these dead-lettered | answered 500, without details |
 * | finishes after the deadline | – | acked: the caller has left |
 * | is aborted because its process ends | requeued unchanged | requeued unchanged |
 * | waits longer than a moment for the database | released: it waits in its queue | waits until its deadline, or 503 |
 *
 * A handler that loses its database gets no outcome: it is run again, see `DatabaseGate`.
 */
export function outcomeOf(result: HandlerResult, delivery: Delivery, options: OutcomeOptions): Outcome {
  if (isLate(delivery, options.now?.())) return { kind: 'ack' };
  if ('reply' in result) return delivery.wantsReply ? replyOutcome(result) : { kind: 'ack' };
  const { error } = result;
  if (error instanceof Interrupted) return { kind: 'requeue' };
  if (error instanceof Released) return { kind: 'release' };
  return delivery.wantsReply
    ? requestFailure(error, delivery, options)
    : eventFailure(error, delivery, options);
}

/** Counts only failures, not retries that a handler asked for. */
function eventFailure(error: unknown, { failures }: Delivery, { retries, random }: OutcomeOptions): Outcome {
  if (error instanceof Retry) return { kind: 'retry', delayMs: error.delayMs, reason: error.message };
  if (error instanceof Reject) return { kind: 'reject', reason: error.message };
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (failures >= retries) return { kind: 'reject', reason };
  const delayMs = backoffMs(failures + 1, { ...retryBackoff, random });
  return { kind: 'retry', delayMs, reason, isFailure: true };
}

function requestFailure(error: unknown, delivery: Delivery, { now = Date.now }: OutcomeOptions): Outcome {
  if (error instanceof RequestError) return errorReply(error);
  if (error instanceof Retry && !isLate(delivery, now() + error.delayMs)) {
    return { kind: 'retry', delayMs: error.delayMs, reason: error.message };
  }
  if (error instanceof BusError) return errorReply(requestError(error.code, { detail: busDetail(error) }));
  return errorReply(requestError('WORKER_ERROR', { detail: 'the worker failed' }));
}

/** The caller learns that it is not the worker's own fault, but not which other one it needs. */
function busDetail({ code }: BusError): string {
  const isLate = problemCodes[code].status === 504;
  return `the worker needs another one, which ${isLate ? 'did not answer in time' : 'cannot be reached right now'}`;
}

function replyOutcome(result: HandlerReply): Outcome {
  const { reply: body, status, contentType, headers, isError = false, isRepeated = false } = result;
  if (body.length <= maxReplyBytes) {
    return {
      kind: 'reply',
      body,
      ...(status !== undefined && { status }),
      ...(contentType !== undefined && { contentType }),
      ...(headers && { httpHeaders: headers }),
      ...(isError && { isError }),
      ...(isRepeated && { isRepeated }),
    };
  }
  const detail = `the reply has ${body.length} bytes, more than the bus carries; request less`;
  return errorReply(requestError('REPLY_TOO_LARGE', { detail }));
}

function errorReply(error: RequestError): Outcome {
  const { reply: body, status } = errorAnswer(error);
  return { kind: 'reply', status, body, isError: true };
}

/** `{"error":{"code":"NO_FUNDS","description":"…","headers":{"retry-after":"3"}}}` with the header `status`. */
export function errorAnswer({
  status,
  code,
  message,
  violations,
  headers,
}: RequestError): HandlerReply & { status: number } {
  const error = {
    code,
    description: message,
    ...(violations.length > 0 && { errors: violations }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
  return { status, reply: Buffer.from(JSON.stringify({ error })), isError: true };
}
