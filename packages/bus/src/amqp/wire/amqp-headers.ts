import { busHeaders, isReservedHeader } from '../../contract/bus-headers.ts';
import type { Headers } from '../../contract/message.ts';

/** The headers that only AMQP messages carry. */
export const amqpHeaders = {
  /** When a retried message may be handed out again, in epoch milliseconds. */
  retryAt: 'x-retry-at',
  /** When the message was made, in epoch milliseconds; the property `timestamp` counts seconds. RabbitMQ's own name. */
  timestampMs: 'timestamp_in_ms',
  /** How often the message came back unsettled; written by quorum queues. From RabbitMQ 4.3 on it counts failures only. */
  returns: 'x-delivery-count',
  /** How often the message was handed out before; written by quorum queues from RabbitMQ 4.3 on. */
  acquired: 'x-acquired-count',
} as const;

/** What a dead letter tells about its death is shown to whoever reads it. */
const shown: ReadonlySet<string> = new Set([
  busHeaders.deadReason,
  busHeaders.deadQueue,
  busHeaders.attempts,
  busHeaders.deadAt,
]);

/**
 * The headers of a received message that its sender meant for its receiver.
 *
 * Anyone may have written them: booleans and bytes become text, tagged numbers become numbers; tables,
 * lists and what is no finite number are left out.
 */
export function readHeaders(raw: Readonly<Record<string, unknown>> = {}): Headers {
  const headers: Record<string, string | number> = {};
  for (const name of Object.keys(raw)) {
    const value = isInternal(name) ? undefined : readValue(raw[name]);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** A header that must be a whole number, such as an offset; anything else counts as absent. */
export function readWholeNumber(value: unknown): number | undefined {
  const read = readValue(value);
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : undefined;
}

/** When a retried message may be handed out again; 0 for any other, also one that brought the header along. */
export function readRetryAtMs(raw: Readonly<Record<string, unknown>> = {}): number {
  if (raw[busHeaders.attempt] === undefined) return 0;
  return readWholeNumber(raw[amqpHeaders.retryAt]) ?? 0;
}

/** AMQP has no integer beyond 64 bits; amqplib throws on numbers that it takes for one. */
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

/** How RabbitMQ says why it dead-lettered a message itself, newest first. */
export function readDeath(raw: Readonly<Record<string, unknown>> = {}): Headers {
  const deaths: unknown = raw['x-death'];
  const latest: unknown = Array.isArray(deaths) ? deaths[0] : undefined;
  if (typeof latest !== 'object' || latest === null) return {};
  const { reason, queue, time } = latest as Readonly<Record<string, unknown>>;
  if (typeof reason !== 'string' || typeof queue !== 'string') return {};
  const seconds = readWholeNumber(time);
  return {
    [busHeaders.deadReason]: reason,
    [busHeaders.deadQueue]: queue,
    ...(seconds !== undefined && { [busHeaders.deadAt]: seconds * 1000 }),
  };
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

/** amqplib's form of the types that JavaScript lacks; anyone may send a table that looks the same. */
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
