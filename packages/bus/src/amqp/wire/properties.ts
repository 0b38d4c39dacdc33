import type { Message as AmqpMessage, Options } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import { createMessageId, foreignMessageId, messageIdTimeMs, toMessageId } from '@restmapper/core';
import type { Delivery, FeedMessage, Message } from '../../contract/message.ts';
import { amqpHeaders, readDeath, readHeaders, readWholeNumber, writeHeaders } from './amqp-headers.ts';
import type { SenderClocks } from './sender-clocks.ts';

/** Seconds would not reach this number before the year 5138; a program that wrote more meant milliseconds. */
const leastMilliseconds = 100_000_000_000;

/** Beyond this, `Date` has no days, and throws (ECMA-262, section 21.4.1.1). */
const mostMilliseconds = 8_640_000_000_000_000;

/** What is published always has an id, by which a returned message is recognised. */
export type OutgoingProperties = Options.Publish & { readonly messageId: string };

/** The properties of a message of ours: persistent and mandatory unless changed. */
export function toProperties({
  messageId,
  type,
  timestampMs,
  headers,
}: Message): OutgoingProperties & { headers: Record<string, unknown> } {
  const written = writeHeaders(headers);
  // A UUIDv7 has the milliseconds already.
  if (messageIdTimeMs(messageId) !== timestampMs) written[amqpHeaders.timestampMs] = timestampMs;
  return {
    messageId,
    type,
    timestamp: Math.floor(timestampMs / 1000),
    contentType: 'application/json',
    persistent: true,
    mandatory: true,
    headers: written,
  };
}

/**
 * Reads a message that anyone may have sent.
 *
 * | missing or odd | becomes |
 * |---|---|
 * | `message_id` that is no UUID | a UUIDv5 made of it, the same each time |
 * | no `message_id` | a new UUIDv7: such a message is not recognised when it is delivered again |
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
  /** For the deadlines of requests. */
  readonly clocks?: SenderClocks;
}

/** The kind of queue that a message was consumed from. */
export type QueueKind = 'work' | 'rpc' | 'dead';

/**
 * Reads a message from a queue; in a dead-letter queue its headers tell of its death.
 *
 * Only a request, from an rpc queue, has a caller that waits: an event is never answered nor too late,
 * whatever its publisher copied along.
 */
export function toDelivery(received: AmqpMessage, { queue, kind, clocks }: DeliverySource): Delivery {
  const { content, fields, properties } = received;
  const raw: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const headers = readHeaders(raw);
  const wantsReply = kind === 'rpc' && typeof properties.replyTo === 'string' && properties.replyTo !== '';
  // Written out, not spread from `toMessage`: copying objects costs more than all the reading.
  return {
    queue,
    body: content,
    messageId: readMessageId(properties.messageId),
    type: readType(properties.type),
    timestampMs: readTimestamp(properties),
    // The bus writes no `x-death` into a dead letter, so where there is one, it describes the latest death.
    headers: kind === 'dead' ? { ...headers, ...readDeath(raw) } : headers,
    attempt: Math.max(1, readWholeNumber(raw[busHeaders.attempt]) ?? 1),
    failures: Math.max(0, readWholeNumber(raw[busHeaders.failures]) ?? 0),
    redelivered: fields.redelivered,
    wantsReply,
    deadlineEpochMs: wantsReply ? clocks?.deadlineOf(received) : undefined,
  };
}

/**
 * Reads a message from a stream: the same for every follower, so that one without an id gets a UUIDv5
 * made of its offset and body.
 *
 * @throws Error when the broker gave it no offset.
 */
export function toFeedMessage(received: AmqpMessage): FeedMessage {
  const { content, properties } = received;
  const offset = readOffset(received);
  if (offset === undefined) throw new Error('a message of a stream came without its offset');
  const message = toMessage(received);
  if (hasId(properties.messageId)) return { ...message, offset };
  return {
    ...message,
    messageId: foreignMessageId(Buffer.concat([Buffer.from(`${offset} `), content])),
    offset,
  };
}

/** Where in its stream a message stands; `undefined` when it is from none. */
export function readOffset({ properties }: AmqpMessage): number | undefined {
  return readWholeNumber(properties.headers?.['x-stream-offset']);
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
