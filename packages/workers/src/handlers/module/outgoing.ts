import { decodeEnvelope, type Delivery, encodeContent, type Headers, type Message } from '@restmapper/bus';
import { createMessageId, deriveMessageId } from '@restmapper/core';
import { ownEventOf } from '@restmapper/endpoints';
import type { CallParts } from './encode-call.ts';
import { routingKeyOf } from './routing-key.ts';
import type { OpenSource } from './source-book.ts';

export interface OutgoingOptions {
  /**
   * Whether a handler that runs again for the same message sends the same messages with the same ids, so that they are
   * processed once.
   * @default false
   */
  readonly isRepeatable?: boolean;
}

export interface OutgoingMessage {
  /** Whether it carries the identity of the delivery's caller. @default false */
  readonly hasIdentity?: boolean;
  /** Besides those inherited. @default none */
  readonly headers?: Headers;
}

/** A message, and what takes it to its queue. */
export interface Outgoing {
  readonly message: Message;
  /** Absent: that of the source's exchange. */
  readonly routingKey?: string | undefined;
}

/** Creates a message to a source on behalf of a delivery. @throws TypeError if a value of its routing key does not fit. */
export type CreateMessage = (to: OpenSource, call: CallParts, options?: OutgoingMessage) => Outgoing;

/** What a message inherits from the one that caused it. */
const inheritedHeaders = ['traceparent', 'tracestate', 'x-request-id'];

/** Creates the messages that a handler sends on behalf of a delivery, each with its own id. */
export function createOutgoing(
  delivery: Delivery,
  { isRepeatable = false }: OutgoingOptions = {},
): CreateMessage {
  let sent = 0;
  const idOf = (key: string, body: string): string => {
    sent += 1;
    if (!isRepeatable) return createMessageId();
    return deriveMessageId([delivery.messageId, String(sent), key, body]);
  };
  return ({ source, encode, findRoute }, call, { hasIdentity = false, headers = {} } = {}) => {
    const envelope = { ...encode(call), identity: hasIdentity ? identityOf(delivery) : undefined };
    const timestampMs = Date.now();
    const isRaw = source.delivery.foreign?.format === 'raw';
    const plain = isRaw ? { body: envelope.data } : encodeContent(envelope, undefined);
    const messageId = idOf(source.key, plain.body.toString('latin1'));
    const event = ownEventOf(source, { messageId, timestampMs });
    const route = findRoute?.(envelope);
    const { foreign } = source.delivery;
    const message = {
      ...(event ? encodeContent(envelope, event) : plain),
      messageId,
      type: source.key,
      timestampMs,
      headers: { ...inherit(delivery.headers), ...headers, ...route?.headers },
    };
    if (foreign?.kind !== 'exchange') return { message, routingKey: route?.routingKey };
    return { message, routingKey: routingKeyOf(foreign, source.key, envelope) };
  };
}

/** The delivery was read as an envelope before its handler ran. */
function identityOf({ body }: Delivery): Buffer | undefined {
  return decodeEnvelope(body).identity;
}

function inherit(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => inheritedHeaders.includes(name)));
}
