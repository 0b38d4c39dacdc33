import type { Method } from './model.ts';

/** The name of an endpoint's exchange, such as `/messages/:POST`. */
export function exchangeName(path: string, method: Method): string {
  return `${path}:${method}`;
}

/** The name of a feed's stream, such as `feed:messages`. */
export function feedQueueName(name: string): string {
  return `feed:${name}`;
}

/** AMQP keeps names in at most 255 bytes; five are left for the `.dead` of a queue's dead letters. */
const maxNameBytes = 250;

/** Says what is wrong with the name of an exchange or a queue; undefined when nothing is. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) return `must have at most ${maxNameBytes} bytes, not ${bytes}`;
  if (/\p{Cc}/u.test(name)) return 'must not contain control characters';
  return undefined;
}

/** Says why a worker's queue may not have this name; undefined when it may. */
export function queueNameFault(name: string): string | undefined {
  if (name.startsWith('amq.')) return 'must not begin with `amq.`, which RabbitMQ keeps for itself';
  if (name.startsWith('feed:')) return 'must not begin with `feed:`, which is kept for feeds';
  if (name.startsWith('retry:')) return 'must not begin with `retry:`, which is kept for messages that wait';
  if (name.endsWith('.dead')) return 'must not end with `.dead`, which is kept for dead letters';
  return nameFault(name);
}
