import type { Channel } from 'amqplib';

/** `queue.declare` and its answer, by class and method (AMQP 0-9-1, section 1.8). */
const queueDeclare = (50 << 16) | 10;
const queueDeclareOk = (50 << 16) | 11;

/** What amqplib's own `checkQueue` is made of; not part of its public API. */
interface Internals {
  _rpc(
    method: number,
    fields: object,
    expected: number,
    onAnswer: (error: unknown, frame?: { readonly fields: { readonly consumerCount: number } }) => void,
  ): void;
}

/**
 * Asks the broker how many consumers a queue has.
 *
 * amqplib's `checkQueue` wraps a function on each call, which costs as much as sending the method. So this
 * calls the functions below it, or `checkQueue` itself if those are gone.
 * @throws Error if the queue is missing, or the channel closes before the broker answers.
 */
export async function countConsumers(channel: Channel, queue: string): Promise<number> {
  if (!hasInternals(channel)) return (await channel.checkQueue(queue)).consumerCount;
  const flags = { passive: true, nowait: false, durable: true, autoDelete: false, exclusive: false };
  return new Promise((resolve, reject) => {
    channel['_rpc'](queueDeclare, { queue, ...flags, ticket: 0 }, queueDeclareOk, (error, frame) => {
      if (frame) resolve(frame.fields.consumerCount);
      else reject(error);
    });
  });
}

function hasInternals(channel: Channel): channel is Channel & Internals {
  return '_rpc' in channel;
}
