import type { Message } from 'amqplib';
import { busHeaders, isReservedHeader } from '../../contract/bus-headers.ts';
import { deadLetterHeaders, deadLetterQueue } from '../../contract/dead-letter.ts';
import type { Delivery, Headers } from '../../contract/message.ts';
import { amqpHeaders, readWholeNumber } from '../wire/amqp-headers.ts';
import type { Outgoing } from '../wire/outgoing.ts';
import { findDelayQueue } from '../topology/delay-queues.ts';
import type { ChannelDelivery } from './channel-deliveries.ts';
import { toProperties } from '../wire/properties.ts';
import type { OutgoingProperties } from '../wire/properties.ts';

/** A received message on its way to another queue, or back to its own. */
export interface ReturnedMessage extends Omit<Outgoing, 'deadlineEpochMs' | 'signal'> {
  /** The minimal properties, used if those of another program cannot be written. */
  readonly plainProperties: OutgoingProperties;
}

export interface Comeback {
  readonly queue: string;
  readonly attempt: number;
  readonly failures: number;
  readonly dueEpochMs: number;
}

/** The message for the delay queues; directly for its queue if it is due before the shortest delay. */
export function toRetry(
  item: ChannelDelivery,
  { queue, attempt, failures, dueEpochMs }: Comeback,
): ReturnedMessage {
  const headers = {
    [busHeaders.attempt]: attempt,
    ...(failures > 0 && { [busHeaders.failures]: failures }),
    [amqpHeaders.retryAt]: dueEpochMs,
    ...expiryHeader(item.delivery),
    ...deadlineHeaders(item, dueEpochMs),
  };
  return toReturned(item, {
    exchange: findDelayQueue(dueEpochMs - Date.now())?.name ?? '',
    routingKey: queue,
    headers: { ...item.delivery.headers, ...headers },
    replyTo: item.received.properties.replyTo,
  });
}

/** An event to be returned to its queue uncounted, since the broker would count a nack. */
export function toRelease({ delivery, received, returns }: ChannelDelivery, queue: string): ReturnedMessage {
  const { attempt, failures } = delivery;
  const counts = {
    ...(attempt > 1 && { [busHeaders.attempt]: attempt }),
    ...(failures > 0 && { [busHeaders.failures]: failures }),
    ...(returns > 0 && { [busHeaders.returns]: returns }),
    ...expiryHeader(delivery),
  };
  const headers = { ...delivery.headers, ...counts };
  const { replyTo } = received.properties;
  return toReturned({ delivery, received }, { exchange: '', routingKey: queue, headers, replyTo });
}

function expiryHeader({ expiresEpochMs }: Delivery): Headers {
  return expiresEpochMs === undefined ? {} : { [busHeaders.expires]: expiresEpochMs };
}

/** A request's deadline by its sender's clock, and the time left when it is due. */
function deadlineHeaders({ delivery, received }: ChannelDelivery, dueEpochMs: number): Headers {
  const { headers = {}, expiration } = received.properties;
  const deadline = readWholeNumber(headers[busHeaders.deadline]);
  if (delivery.deadlineEpochMs === undefined || deadline === undefined) return {};
  const isLeftKnown = headers[busHeaders.remaining] !== undefined || expiration !== undefined;
  return {
    [busHeaders.deadline]: deadline,
    ...(delivery.replyIdleMs !== undefined && { [busHeaders.idle]: delivery.replyIdleMs }),
    ...(isLeftKnown && { [busHeaders.remaining]: delivery.deadlineEpochMs - dueEpochMs }),
  };
}

/** The message as a dead letter of its queue, without a caller to answer. */
export function toDeadLetter(item: ChannelDelivery, queue: string, reason: string): ReturnedMessage {
  return toReturned(item, {
    exchange: '',
    routingKey: deadLetterQueue(queue),
    headers: deadLetterHeaders(item.delivery, { queue, reason }),
  });
}

/** A dead letter as a message for its work queue, as before its first attempt. */
export function toReplay(letter: Received, queue: string): ReturnedMessage {
  const { headers } = letter.delivery;
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !isReservedHeader(name)));
  return toReturned(letter, { exchange: '', routingKey: queue, headers: own });
}

/** A dead letter as a new dead letter that was never delivered. */
export function toKeptLetter(
  letter: Received,
  { queue, replacedBy }: { readonly queue: string; readonly replacedBy: string },
): ReturnedMessage {
  const { attempt, headers } = letter.delivery;
  return toReturned(letter, {
    exchange: '',
    routingKey: deadLetterQueue(queue),
    headers: { [busHeaders.attempts]: attempt, ...headers, [busHeaders.replacedBy]: replacedBy },
  });
}

/** A parsed message with its original delivery. */
interface Received {
  readonly delivery: Delivery;
  readonly received: Pick<Message, 'properties'>;
}

interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
  readonly headers: Headers;
  readonly replyTo?: string | undefined;
}

function toReturned(
  { delivery, received }: Received,
  { exchange, routingKey, headers: given, replyTo }: Destination,
): ReturnedMessage {
  const headers = {
    ...given,
    ...(delivery.routingKey !== '' && { [busHeaders.routingKey]: delivery.routingKey }),
  };
  const { contentType, contentEncoding, correlationId, appId, priority } = received.properties;
  // The id stays, even one set by another program.
  const messageId = received.properties.messageId || delivery.messageId;
  const others = { messageId, contentType, contentEncoding, correlationId, appId, priority, replyTo };
  const ours = Object.fromEntries(Object.entries(headers).filter(([name]) => isReservedHeader(name)));
  return {
    exchange,
    routingKey,
    body: delivery.body,
    properties: { ...toProperties({ ...delivery, headers }), ...others },
    plainProperties: { messageId: delivery.messageId, headers: ours, persistent: true, mandatory: true },
  };
}
