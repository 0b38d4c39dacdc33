import type { Bus, Delivery } from '@restmapper/bus';
import { isAnswered } from '@restmapper/endpoints';
import type { Publish } from '../../work/handler.ts';
import { deadlineOf } from '../../work/deadline.ts';
import type { CreateMessage } from './outgoing.ts';
import type { SourceBook } from './source-book.ts';

/** What a delivery's handler sends with. */
export interface SendParts {
  readonly bus: Bus;
  readonly book: SourceBook;
  readonly delivery: Delivery;
  readonly createMessage: CreateMessage;
}

/**
 * Lets a handler publish events to the sources of the model now in force.
 *
 * The event's trace and request id are those of the delivery; an rpc's deadline applies to it, too.
 */
export function createPublish({ bus, book, delivery, createMessage }: SendParts): Publish {
  return async (key, call) => {
    const open = book.find(key);
    const { exchange, delivery: kind } = open.source;
    if (isAnswered(kind)) throw new TypeError(`${key} is a request, which needs an answer: use request`);
    const { message, routingKey } = createMessage(open, call);
    const { expiresMs } = kind;
    await bus.publish(exchange, message, {
      routingKey,
      ...(expiresMs !== undefined && { expiresEpochMs: Date.now() + expiresMs }),
      deadlineEpochMs: Math.min(Date.now() + kind.timeoutMs, deadlineOf(delivery) ?? Infinity),
    });
  };
}
