import type { Method } from './model.ts';

/** The name of an endpoint's exchange, such as `/messages/:POST`. */
export function exchangeName(path: string, method: Method): string {
  return `${path}:${method}`;
}

/** The name of an internal source's exchange, such as `internal:rows.changed`. */
export function internalExchangeName(name: string): string {
  return `internal:${name}`;
}

/** The name of an input's queue, such as `input:usage`. */
export function inputQueueName(name: string): string {
  return `input:${name}`;
}

/** The name of a feed's stream, such as `feed:messages`. */
export function feedQueueName(name: string): string {
  return `feed:${name}`;
}

/** AMQP limits names to 255 bytes; five are reserved for the suffix `.dead` of a dead-letter queue. */
const maxNameBytes = 250;

/** Describes the mistake in a name of an exchange or a queue; undefined if it is valid. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) return `must have at most ${maxNameBytes} bytes, not ${bytes}`;
  if (/\p{Cc}/u.test(name)) return 'must not contain control characters';
  return undefined;
}

const reservedPrefixes: Readonly<Record<string, string>> = {
  'amq.': 'RabbitMQ',
  'feed:': 'feeds',
  'retry:': 'delayed messages',
  'internal:': 'internal sources',
  'input:': 'inputs',
  'job:': 'jobs',
  'live:': 'live feeds',
};

/** Describes why a worker's queue may not have this name; undefined if it may. */
export function queueNameFault(name: string): string | undefined {
  const prefix = Object.keys(reservedPrefixes).find((prefix) => name.startsWith(prefix));
  if (prefix !== undefined)
    return `must not begin with \`${prefix}\`, which is reserved for ${reservedPrefixes[prefix]}`;
  if (name.endsWith('.dead')) return 'must not end with `.dead`, which is reserved for dead letters';
  const [mark] = /[@#]/.exec(name) ?? [];
  if (mark !== undefined) return `must not contain \`${mark}\`, which is reserved for parts of a queue`;
  return nameFault(name);
}

/** A path's first segment that is neither a parameter nor a version, such as `v2`. */
const firstName = /^(?:\/(?:\{[^}]*\}|v\d+))*\/([^/{]+)/;

/** The tag of a path without a name, as viewers call the group of operations without any. */
export const untagged = 'default';

/** The tag of an endpoint that lists none, by which viewers and generators group: `orders` for `/v2/orders/{id}`. */
export function tagOf(path: string): string {
  return firstName.exec(path)?.[1] ?? untagged;
}
