import { isReservedHeader } from './bus-headers.ts';
import type { PublishOptions } from './bus.ts';
import type { Headers, Message } from './message.ts';

/** RabbitMQ 4 closes the channel of a larger message. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Leaves room for the bus's own headers: amqplib throws beyond 64 KiB. */
const maxHeaderBytes = 48 * 1024;

/** AMQP's short strings, used for names and keys, have at most 255 bytes. */
const maxNameBytes = 255;

/** RabbitMQ silently strips line ends from names, and UTF-8 has no lone surrogates. */
const unsendable = /[\p{Cc}\p{Cs}]/u;

/** Matches nearly every text cheaply: one byte per character, all of them sendable. */
const printableAscii = /^[ -~]*$/;

/** A cache of valid header names; there are few. */
const soundHeaderNames = new Set<string>();
const maxSoundHeaderNames = 1000;

/**
 * Validates a message, since one bad property would close the shared channel.
 *
 * @throws TypeError that names the offending part; nothing was sent.
 */
export function assertSendable(exchange: string, message: Message, options: PublishOptions): void {
  const { routingKey } = options;
  if (exchange === '') assertName('routingKey', routingKey ?? '');
  else assertShort('exchange', exchange);
  if (routingKey !== undefined) assertShort('routingKey', routingKey);
  assertName('messageId', message.messageId);
  assertName('type', message.type);
  if (message.contentType !== undefined) assertShort('contentType', message.contentType);
  assertHeaders(message.headers);
  if (!Number.isSafeInteger(message.timestampMs) || message.timestampMs < 0) {
    throw new TypeError(`timestampMs is ${message.timestampMs}`);
  }
  if (!Number.isFinite(options.deadlineEpochMs)) {
    throw new TypeError(`deadlineEpochMs is ${options.deadlineEpochMs}`);
  }
  const { expiresEpochMs } = options;
  if (expiresEpochMs !== undefined && !Number.isSafeInteger(expiresEpochMs)) {
    throw new TypeError(`expiresEpochMs is ${expiresEpochMs}`);
  }
  if (message.body.length > maxBodyBytes) {
    throw new TypeError(`the body has ${message.body.length} bytes, more than ${maxBodyBytes}`);
  }
}

function assertName(what: string, name: string): void {
  if (name === '') throw new TypeError(`${what} is empty`);
  assertShort(what, name);
}

function assertShort(what: string, text: string): void {
  if (byteLength(text) > maxNameBytes) throw new TypeError(`${what} has over ${maxNameBytes} bytes`);
  assertText(what, text);
}

function byteLength(text: string): number {
  return printableAscii.test(text) ? text.length : Buffer.byteLength(text);
}

function assertText(what: string, text: string): void {
  if (!printableAscii.test(text) && unsendable.test(text))
    throw new TypeError(`${what} has a control character or half a surrogate pair`);
}

function assertHeaders(headers: Headers): void {
  let bytes = 0;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    assertHeaderName(name);
    assertHeader(name, value);
    bytes += byteLength(name) + byteLength(String(value));
  }
  if (bytes > maxHeaderBytes) throw new TypeError(`the headers have over ${maxHeaderBytes} bytes`);
}

function assertHeaderName(name: string): void {
  if (soundHeaderNames.has(name)) return;
  assertName('a header name', name);
  if (isReservedHeader(name)) throw new TypeError(`the header ${name} is set by the bus alone`);
  if (soundHeaderNames.size < maxSoundHeaderNames) soundHeaderNames.add(name);
}

function assertHeader(name: string, value: unknown): void {
  if (typeof value === 'string') return assertText(`the header ${name}`, value);
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new TypeError(`the header ${name} is neither text nor a finite number`);
}
