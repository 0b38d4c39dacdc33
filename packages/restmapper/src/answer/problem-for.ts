import { BusError, type BusErrorCode } from '@restmapper/bus';
import { problemCodes, problemOf, RequestError, type Problem } from '@restmapper/core';

/**
 * The one place where errors become HTTP.
 *
 * | error | status | code |
 * |---|---|---|
 * | `RequestError` | its own | its own |
 * | `BusError` BROKER_UNAVAILABLE, BROKER_BLOCKED, BROKER_REFUSED, NOT_DECLARED, OVERLOADED, UNROUTABLE, NO_WORKER | 503 | its own |
 * | `BusError` PUBLISH_TIMEOUT, RPC_TIMEOUT | 504 | its own |
 * | anything else is a defect | 500 | `INTERNAL` |
 *
 * Every 503 carries a `Retry-After` of one to three seconds, so that callers do not return all at once.
 * Only a `RequestError` speaks for itself; what other errors say stays in the log.
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
  const detail = 'the request could not be handled; the request id leads to the reason in the log';
  return { status: 500, code: 'INTERNAL', detail, violations: [], headers: {} };
}

const busDetails: Readonly<Record<BusErrorCode, string>> = {
  BROKER_UNAVAILABLE: 'the message broker is away; nothing was sent',
  BROKER_BLOCKED: 'the message broker accepts no messages at present; nothing was sent',
  BROKER_REFUSED: 'the message broker refused the message',
  NOT_DECLARED: 'the message broker has the exchange or a queue of this endpoint otherwise; nothing was sent',
  OVERLOADED: 'too many messages wait for the broker; nothing was sent',
  UNROUTABLE: 'no queue is bound to receive the message',
  NO_WORKER: 'no worker is there to answer; nothing was sent',
  PUBLISH_TIMEOUT:
    'the broker did not confirm in time, so the message may or may not be stored; ' +
    'to repeat it safely, send its messageId as Idempotency-Key',
  RPC_TIMEOUT: 'no reply came in time; the request may or may not have been carried out',
};

function headersFor(status: number, random: () => number): Problem['headers'] {
  return status === 503 ? { 'retry-after': String(1 + Math.floor(random() * 3)) } : {};
}
