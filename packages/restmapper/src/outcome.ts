import { BusError, type BusErrorCode, RequestError, type Violation } from '@restmapper/bus';

/** What a failed request is answered. */
export interface Outcome {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly violations: readonly Violation[];
  readonly headers: Readonly<Record<string, string>>;
}

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
export function outcomeOf(error: unknown, random: () => number = Math.random): Outcome {
  if (error instanceof RequestError) {
    const { status, code, message, violations, headers } = error;
    return {
      status,
      code,
      detail: message,
      violations,
      headers: { ...headersFor(status, random), ...headers },
    };
  }
  if (error instanceof BusError) {
    const { status, detail } = busOutcomes[error.code];
    return { status, code: error.code, detail, violations: [], headers: headersFor(status, random) };
  }
  const detail = 'the request could not be handled; the request id leads to the reason in the log';
  return { status: 500, code: 'INTERNAL', detail, violations: [], headers: {} };
}

const busOutcomes: Readonly<Record<BusErrorCode, { readonly status: 503 | 504; readonly detail: string }>> = {
  BROKER_UNAVAILABLE: { status: 503, detail: 'the message broker is away; nothing was sent' },
  BROKER_BLOCKED: {
    status: 503,
    detail: 'the message broker accepts no messages at present; nothing was sent',
  },
  BROKER_REFUSED: { status: 503, detail: 'the message broker refused the message' },
  NOT_DECLARED: {
    status: 503,
    detail: 'the message broker has the exchange or a queue of this endpoint otherwise; nothing was sent',
  },
  OVERLOADED: { status: 503, detail: 'too many messages wait for the broker; nothing was sent' },
  UNROUTABLE: { status: 503, detail: 'no queue is bound to receive the message' },
  NO_WORKER: { status: 503, detail: 'no worker is there to answer; nothing was sent' },
  PUBLISH_TIMEOUT: {
    status: 504,
    detail:
      'the broker did not confirm in time, so the message may or may not be stored; ' +
      'to repeat it safely, send its messageId as Idempotency-Key',
  },
  RPC_TIMEOUT: {
    status: 504,
    detail: 'no reply came in time; the request may or may not have been carried out',
  },
};

function headersFor(status: number, random: () => number): Outcome['headers'] {
  return status === 503 ? { 'retry-after': String(1 + Math.floor(random() * 3)) } : {};
}
