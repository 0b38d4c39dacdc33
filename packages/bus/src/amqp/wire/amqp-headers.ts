import { busHeaders, isReservedHeader } from '../../contract/bus-headers.ts';
import type { Headers } from '../../contract/message.ts';

/** Headers of AMQP messages only. */
export const amqpHeaders = {
  /** When a retried message is due, in epoch milliseconds. */
  retryAt: 'x-retry-at',
  /**
   * When the message was created, in epoch milliseconds; the property `timestamp` counts seconds. The name is
   * RabbitMQ's.
   */
  timestampMs: 'timestamp_in_ms',
  /**
   * How often the message was returned unsettled; written by quorum queues. From RabbitMQ 4.3 on it counts
   * only failures.
   */
  returns: 'x-delivery-count',
  /** How often the message was delivered before; written by quorum queues from RabbitMQ 4.3 on. */
  acquired: 'x-acquired-count',
} as const;

/** The headers about a dead letter's death, which are hidden from the message's handlers. */
const shown: ReadonlySet<string> = new Set([
  busHeaders.deadReason,
  busHeaders.deadQueue,
  busHeaders.attempts,
  busHeaders.deadAt,
]);

/**
 * The application headers of a received message.
 *
 * They are untrusted: booleans and bytes become text, tagged numbers become numbers; tables, lists and
 * non-finite numbers are dropped.
 */
export function readHeaders(raw: Readonly<Record<string, unknown>> = {}): Headers {
  const headers: Record<string, string | number> = {};
  for (const name of Object.keys(raw)) {
    const value = isInternal(name) ? undefined : readValue(raw[name]);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** Reads an integer header, such as an offset; anything else counts as absent. */
export function readWholeNumber(value: unknown): number | undefined {
  const read = readValue(value);
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : undefined;
}

/** When a retried message is due; 0 for any other message, even one with this header. */
export function readRetryAtMs(raw: Readonly<Record<string, unknown>> = {}): number {
  if (raw[busHeaders.attempt] === undefined) return 0;
  return readWholeNumber(raw[amqpHeaders.retryAt]) ?? 0;
}

/** AMQP has no integers beyond 64 bits; amqplib throws on larger ones. */
export function writeHeaders(headers: Headers): Record<string, unknown> {
  // Without a prototype, so that a header may even be called __proto__.
  const written: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const isTaken = typeof value === 'string' || Number.isSafeInteger(value);
    written[name] = isTaken ? value : { '!': 'double', value };
  }
  return written;
}

/** RabbitMQ's records of why it dead-lettered a message itself, newest first. */
export function readDeath(raw: Readonly<Record<string, unknown>> = {}): Headers {
  const { reason, queue, time } = latestDeath(raw);
  if (typeof reason !== 'string' || typeof queue !== 'string') return {};
  const seconds = readWholeNumber(time);
  return {
    [busHeaders.deadReason]: reason,
    [busHeaders.deadQueue]: queue,
    ...(seconds !== undefined && { [busHeaders.deadAt]: seconds * 1000 }),
  };
}

/** The routing key that a message had before RabbitMQ dead-lettered it; `undefined` if it was sent to its queue. */
export function readFirstKey(raw: Readonly<Record<string, unknown>> = {}): string | undefined {
  const { exchange, 'routing-keys': keys } = latestDeath(raw);
  const first: unknown = Array.isArray(keys) ? keys[0] : undefined;
  return exchange !== '' && typeof first === 'string' ? first : undefined;
}

function latestDeath(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const deaths: unknown = raw['x-death'];
  const latest: unknown = Array.isArray(deaths) ? deaths[0] : undefined;
  return typeof latest === 'object' && latest !== null ? (latest as Readonly<Record<string, unknown>>) : {};
}

function isInternal(name: string): boolean {
  return isReservedHeader(name) && !shown.has(name);
}

function readValue(value: unknown): string | number | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return finite(value);
    case 'boolean':
      return String(value);
    default:
      return Buffer.isBuffer(value) ? value.toString() : readTagged(value);
  }
}

/** amqplib's representation of types that JavaScript lacks; a sent table may look the same. */
function readTagged(tagged: unknown): number | undefined {
  if (typeof tagged !== 'object' || tagged === null) return undefined;
  const { '!': type, value } = tagged as Readonly<Record<string, unknown>>;
  if (type === 'timestamp') return finite(value);
  if (type !== 'decimal' || typeof value !== 'object' || value === null) return undefined;
  const { places, digits } = value as Readonly<Record<string, unknown>>;
  return finite(Number(finite(digits)) / 10 ** Number(finite(places)));
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
