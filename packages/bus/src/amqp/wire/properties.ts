import type { Message as AmqpMessage, Options } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import { createMessageId, foreignMessageId, messageIdTimeMs, toMessageId } from '@restmapper/core';
import type { Delivery, FeedMessage, Message } from '../../contract/message.ts';
import {
  amqpHeaders,
  readDeath,
  readFirstKey,
  readHeaders,
  readWholeNumber,
  writeHeaders,
} from './amqp-headers.ts';
import type { SenderClocks } from './sender-clocks.ts';

/** Seconds would not reach this number before the year 5138; a program that wrote more meant milliseconds. */
const leastMilliseconds = 100_000_000_000;

/** Beyond this, `Date` has no days, and throws (ECMA-262, section 21.4.1.1). */
const mostMilliseconds = 8_640_000_000_000_000;

/** Published messages always have an id, which identifies returned ones. */
export type OutgoingProperties = Options.Publish & { readonly messageId: string };

/** The properties of a message to publish: persistent and mandatory unless overridden. */
export function toProperties({
  messageId,
  type,
  timestampMs,
  headers,
  contentType = 'application/json',
}: Message): OutgoingProperties & { headers: Record<string, unknown> } {
  const written = writeHeaders(headers);
  // A UUIDv7 already has the milliseconds.
  if (messageIdTimeMs(messageId) !== timestampMs) written[amqpHeaders.timestampMs] = timestampMs;
  return {
    messageId,
    type,
    timestamp: Math.floor(timestampMs / 1000),
    contentType,
    persistent: true,
    mandatory: true,
    headers: written,
  };
}

/**
 * Reads an untrusted message.
 *
 * | missing or odd | becomes |
 * |---|---|
 * | `message_id` that is not a UUID | a UUIDv5 of it |
 * | no `message_id` | a new UUIDv7: such a message is not recognised when it is redelivered |
 * | no `timestamp`, or one that is not a date | now |
 * | a `timestamp` without its header of milliseconds | those of the id, if it is a UUIDv7 of that second |
 * | no `type` | empty |
 */
export function toMessage({ content, properties }: AmqpMessage): Message {
  return {
    body: content,
    messageId: readMessageId(properties.messageId),
    type: readType(properties.type),
    timestampMs: readTimestamp(properties),
    headers: readHeaders(properties.headers),
  };
}

export interface DeliverySource {
  readonly queue: string;
  readonly kind: QueueKind;
  /** Used for the deadlines of requests. */
  readonly clocks?: SenderClocks;
}

/** The kind of queue that a message was consumed from. */
export type QueueKind = 'work' | 'rpc' | 'dead' | 'foreign';

/**
 * Reads a message from a queue; in a dead-letter queue its headers describe its death.
 *
 * Only a request, from an rpc queue, has a waiting caller: an event is never answered and has no deadline,
 * whatever its headers.
 */
export function toDelivery(received: AmqpMessage, { queue, kind, clocks }: DeliverySource): Delivery {
  const { content, fields, properties } = received;
  const raw: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const headers = readHeaders(raw);
  const wantsReply = kind === 'rpc' && typeof properties.replyTo === 'string' && properties.replyTo !== '';
  // Not spread from `toMessage`: copying objects costs more than reading.
  return {
    queue,
    body: content,
    messageId: readMessageId(properties.messageId),
    type: readType(properties.type),
    timestampMs: readTimestamp(properties),
    routingKey: readRoutingKey(received, kind),
    contentType: typeof properties.contentType === 'string' ? properties.contentType : undefined,
    // The bus never writes `x-death` into a dead letter, so if present it describes the latest death.
    headers: kind === 'dead' ? { ...headers, ...readDeath(raw) } : headers,
    attempt: Math.max(1, readWholeNumber(raw[busHeaders.attempt]) ?? 1),
    failures: Math.max(0, readWholeNumber(raw[busHeaders.failures]) ?? 0),
    redelivered: fields.redelivered,
    wantsReply,
    deadlineEpochMs: wantsReply ? clocks?.deadlineOf(received) : undefined,
    expiresEpochMs: kind === 'work' ? readExpires(raw[busHeaders.expires]) : undefined,
    replyIdleMs: wantsReply ? readIdleMs(raw[busHeaders.idle]) : undefined,
  };
}

/**
 * Reads a message from a stream, the same for every follower: one without an id gets a UUIDv5 of its offset
 * and body.
 *
 * @throws Error if it has no offset.
 */
export function toFeedMessage(received: AmqpMessage): FeedMessage {
  const { content, properties } = received;
  const offset = readOffset(received);
  if (offset === undefined) throw new Error('a message of a stream has no offset');
  const message = toMessage(received);
  if (hasId(properties.messageId)) return { ...message, offset };
  return {
    ...message,
    messageId: foreignMessageId(Buffer.concat([Buffer.from(`${offset} `), content])),
    offset,
  };
}

/** A message's offset in its stream; `undefined` for other messages. */
export function readOffset({ properties }: AmqpMessage): number | undefined {
  return readWholeNumber(properties.headers?.['x-stream-offset']);
}

/** A message that came back to its queue, or was sent there, came by the default exchange; so did a dead letter. */
function readRoutingKey({ fields, properties: { headers } }: AmqpMessage, kind: QueueKind): string {
  const kept: unknown = headers?.[busHeaders.routingKey];
  if (typeof kept === 'string') return kept;
  if (fields.exchange !== '') return fields.routingKey;
  return (kind === 'dead' && readFirstKey(headers)) || '';
}

function readMessageId(id: unknown): string {
  if (!hasId(id)) return createMessageId();
  return toMessageId(id);
}

function hasId(id: unknown): id is string {
  return typeof id === 'string' && id !== '';
}

function readType(type: unknown): string {
  return typeof type === 'string' ? type : '';
}

function readTimestamp({ headers, timestamp, messageId }: AmqpMessage['properties']): number {
  const inHeaders = readMoment(headers?.[amqpHeaders.timestampMs]);
  if (inHeaders !== undefined) return inHeaders;
  const read = readMoment(timestamp);
  if (read === undefined) return Date.now();
  if (read >= leastMilliseconds) return read;
  const inId = typeof messageId === 'string' ? messageIdTimeMs(messageId) : undefined;
  return inId !== undefined && Math.floor(inId / 1000) === read ? inId : read * 1000;
}

function readMoment(value: unknown): number | undefined {
  const read = readWholeNumber(value);
  return read !== undefined && read >= 0 && read <= mostMilliseconds ? read : undefined;
}

/** Programs of others may mean something else by the header: what cannot be milliseconds counts as absent. */
function readExpires(value: unknown): number | undefined {
  const read = value === undefined ? undefined : readMoment(value);
  return read !== undefined && read >= leastMilliseconds ? read : undefined;
}

function readIdleMs(value: unknown): number | undefined {
  const read = value === undefined ? undefined : readWholeNumber(value);
  return read !== undefined && read > 0 ? read : undefined;
}
