import type { CallTemplate } from './call-template.ts';

/** The body of a message to another application: the call's data alone, or the envelope with all of the call. */
export const foreignFormats = ['raw', 'envelope'] as const;
export type ForeignFormat = (typeof foreignFormats)[number];

/** Where the calls of an endpoint go instead of an exchange and a queue of its own. */
export type ForeignTarget = ForeignQueue | ForeignExchange;

/** A queue of another application, which gets requests from the default exchange. */
export interface ForeignQueue {
  readonly kind: 'queue';
  readonly queue: string;
  readonly format: ForeignFormat;
  /** The exchange to which its worker replies. Absent: the default exchange, or `RPC`. */
  readonly replyExchange?: string;
}

/** An exchange of another application. */
export interface ForeignExchange {
  readonly kind: 'exchange';
  readonly exchange: string;
  /** Filled in with values of the call, each by {@link encodeWord}; empty unless the file has one. */
  readonly routingKey: CallTemplate;
  readonly format: ForeignFormat;
  /** Present: processes declare the exchange themselves, durable, of this type. */
  readonly declare?: 'topic';
}

/** Names a target: `queue legacy_quotes`, `exchange events`. */
export function formatTarget(target: ForeignTarget): string {
  return target.kind === 'queue' ? `queue ${target.queue}` : `exchange ${target.exchange}`;
}

/** AMQP's short strings have at most 255 bytes. */
const maxKeyBytes = 255;

/** Percent-encodes what separates words in a routing key, and what patterns are made of. */
export function encodeWord(value: string): string {
  return value.replace(/[%.*#]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** RabbitMQ strips line ends from names, and UTF-8 has no lone surrogates. */
const unsendable = /[\p{Cc}\p{Cs}]/u;

/** Describes the mistake in a name or a routing key of another application; undefined if it is valid. */
export function foreignNameFault(name: string): string | undefined {
  const bytes = Buffer.byteLength(name);
  if (bytes > maxKeyBytes) return `must have at most ${maxKeyBytes} bytes, not ${bytes}`;
  if (unsendable.test(name)) return 'must not contain control characters';
  return undefined;
}
