import type { Delivery } from '@restmapper/bus';
import { requestError } from '@restmapper/core';
import { isAnswered } from '@restmapper/endpoints';
import { deadlineOf } from '../../work/deadline.ts';
import type { Ask, AskOptions } from '../../work/handler.ts';
import type { WorkScope } from '../once/message-transaction.ts';
import type { SendParts } from './publish.ts';

export interface RequestParts extends SendParts {
  /** The name of the worker that asks. */
  readonly worker: string;
  /** Aborts when the handler must stop. */
  readonly signal: AbortSignal;
  readonly scope: Pick<WorkScope, 'isInTransaction'>;
}

/** How many requests may be made on behalf of one another: a circle of workers ends there. */
const maxHops = 8;

const hopsHeader = 'x-hops';

/**
 * Lets a handler ask the workers of other sources.
 *
 * A request has the trace, the request id and the identity of the delivery, and ends no later than the delivery does.
 */
export function createRequest(parts: RequestParts): Ask {
  const { bus, book, delivery, createMessage, worker, signal, scope } = parts;
  const hops = hopsOf(delivery) + 1;
  return async (key, call = {}, options = {}) => {
    const open = book.find(key);
    const { exchange, delivery: kind } = open.source;
    if (!isAnswered(kind)) throw new TypeError(`${key} is an event, which is not answered: use publish`);
    if (scope.isInTransaction) throw tooLate(key);
    if (hops > maxHops) throw loop(key);
    const { identity = true } = options;
    const headers = { 'x-asked-by': worker, [hopsHeader]: hops };
    const { message, routingKey } = createMessage(open, call, { hasIdentity: identity, headers });
    const reply = await bus.request(exchange, message, {
      routingKey,
      deadlineEpochMs: deadlineFor(kind.timeoutMs, options, delivery),
      signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal,
    });
    return open.readReply(reply);
  };
}

/** The least of the delivery's deadline, the source's timeout and the handler's. */
function deadlineFor(sourceMs: number, { timeoutMs = Infinity }: AskOptions, delivery: Delivery): number {
  if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs must be positive, not ${timeoutMs}`);
  return Math.min(Date.now() + Math.min(sourceMs, timeoutMs), deadlineOf(delivery) ?? Infinity);
}

function tooLate(key: string): TypeError {
  return new TypeError(
    `${key} was not asked: the first statement of the handler, which runs once, has opened a transaction that would hold a connection while it waits; ask before that statement`,
  );
}

/** Any program may write the header. */
function hopsOf({ headers }: Delivery): number {
  const hops = Number(headers[hopsHeader] ?? 0);
  return Number.isSafeInteger(hops) && hops > 0 ? hops : 0;
}

function loop(key: string) {
  return requestError('LOOP', {
    detail: `${key} was not asked: the request is the ninth in a row, so workers seem to ask one another in a circle`,
  });
}
