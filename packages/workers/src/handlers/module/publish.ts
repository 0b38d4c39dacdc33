import { isAnswered, isOwn, ownEventOf } from '@restmapper/endpoints';
import { createMessageId, deriveMessageId } from '@restmapper/core';
import { type Bus, type Delivery, encodeContent, encodeEnvelope, type Headers } from '@restmapper/bus';
import type { Source } from '@restmapper/endpoints';
import type { HandlerContext } from '../../work/handler.ts';
import { deadlineOf } from '../../work/deadline.ts';

export type Publish = HandlerContext['publish'];

/** Returns the function that publishes events on behalf of a delivery. */
export type PublishFrom = (delivery: Delivery) => Publish;

/** What an event inherits from the message that caused it. */
const inheritedHeaders = ['traceparent', 'tracestate', 'x-request-id'];

export interface PublishOptions {
  /**
   * Whether a handler that runs again for the same message publishes the same events with the same ids, so
   * that they are stored once.
   * @default false
   */
  readonly isRepeatable?: boolean;
}

/**
 * Lets handlers publish events, each with its own id, to the fanout sources of the model now in force.
 *
 * The event's trace and request id are those of the delivery; an rpc's deadline applies to it, too.
 */
export function createPublishFrom(
  bus: Bus,
  sources: () => readonly Source[],
  { isRepeatable = false }: PublishOptions = {},
): PublishFrom {
  return (delivery) => {
    let sent = 0;
    const idOf = (key: string, body: Buffer): string => {
      sent += 1;
      if (!isRepeatable) return createMessageId();
      return deriveMessageId([delivery.messageId, String(sent), key, body.toString('latin1')]);
    };
    return async (key, { data = null, args = null, params }) => {
      const source = sources().find((candidate) => candidate.key === key);
      if (!source || !isOwn(source) || isAnswered(source.delivery))
        throw new TypeError(`${key} is not a fanout endpoint in this file`);
      const now = Date.now();
      const envelope = {
        data: json(data),
        args: json(args),
        params: params === undefined ? undefined : json(params),
      };
      const body = encodeEnvelope(envelope);
      const messageId = idOf(key, body);
      const event = ownEventOf(source, { messageId, timestampMs: now });
      const message = {
        ...(event ? encodeContent(envelope, event) : { body }),
        messageId,
        type: key,
        timestampMs: now,
        headers: inherit(delivery.headers),
      };
      await bus.publish(source.exchange, message, {
        deadlineEpochMs: Math.min(now + source.delivery.timeoutMs, deadlineOf(delivery) ?? Infinity),
      });
    };
  };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function inherit(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => inheritedHeaders.includes(name)));
}
