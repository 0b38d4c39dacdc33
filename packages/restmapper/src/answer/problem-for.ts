import { BusError, type BusErrorCode } from '@restmapper/bus';
import { problemCodes, problemOf, RequestError, type Problem } from '@restmapper/core';

/**
 * Maps errors to HTTP; the only place that does.
 *
 * | error | status | code |
 * |---|---|---|
 * | `RequestError` | its own | its own |
 * | `BusError` BROKER_UNAVAILABLE, BROKER_BLOCKED, BROKER_REFUSED, NOT_DECLARED, OVERLOADED, UNROUTABLE, NO_WORKER | 503 | its own |
 * | `BusError` PUBLISH_TIMEOUT, RPC_TIMEOUT | 504 | its own |
 * | `BusError` BAD_REPLY, WORKER_ERROR | 502, 500 | its own |
 * | anything else, an internal error | 500 | `INTERNAL` |
 *
 * Every 503 carries a `Retry-After` of one to three seconds, so that callers do not return all at once. Only
 * the message of a `RequestError` reaches the caller; other messages stay in the log.
 */
export function problemFor(error: unknown, random: () => number = Math.random): Problem {
  if (error instanceof RequestError) {
    const { status, headers } = error;
    return { ...problemOf(error), headers: { ...headersFor(status, random), ...headers } };
  }
  if (error instanceof BusError) {
    const { code } = error;
    const { status } = problemCodes[code];
    return { status, code, detail: busDetails[code], violations: [], headers: headersFor(status, random) };
  }
  const detail = 'the request failed; the log has the reason under the request id';
  return { status: 500, code: 'INTERNAL', detail, violations: [], headers: {} };
}

const busDetails: Readonly<Record<BusErrorCode, string>> = {
  BROKER_UNAVAILABLE: 'the message broker is down; nothing was sent',
  BROKER_BLOCKED: 'the message broker accepts no messages right now; nothing was sent',
  BROKER_REFUSED: 'the message broker refused the message',
  NOT_DECLARED:
    'the exchange or the queue of this endpoint is missing or differs on the message broker; nothing was sent',
  OVERLOADED: 'too many messages are waiting for the broker; nothing was sent',
  UNROUTABLE: 'no queue takes the message',
  NO_WORKER: 'no worker is running; nothing was sent',
  PUBLISH_TIMEOUT:
    'the broker did not confirm in time, so the message may or may not be stored; ' +
    'to retry safely, send its messageId as Idempotency-Key',
  RPC_TIMEOUT: 'no reply arrived in time; the request may or may not have been executed',
  BAD_REPLY: 'the worker sent several replies, or one of several is missing',
  WORKER_ERROR: 'the worker failed before its last reply',
};

function headersFor(status: number, random: () => number): Problem['headers'] {
  return status === 503 ? { 'retry-after': String(1 + Math.floor(random() * 3)) } : {};
}
