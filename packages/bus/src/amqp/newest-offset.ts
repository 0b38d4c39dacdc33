import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import { readOffset } from './properties.ts';

/** Of a chunk that is larger than the prefetch, more comes in each round; so does what is published meanwhile. */
const mostRounds = 10;

/** How long a stream that shows nothing is taken at its word that it is empty. */
const emptyAfterMs = 100;

/**
 * The offset of the newest message of a stream; `undefined` when there is none.
 *
 * No method of the broker tells it: a passive declaration counts no messages of a stream. Reading may
 * begin with the last chunk, though, whose messages come before the answer to whatever is asked next.
 * @throws Error when the channel is lost meanwhile.
 */
export async function readNewestOffset(channel: Channel, stream: string): Promise<number | undefined> {
  let newest: number | undefined;
  const receive = (received: ConsumeMessage | null): void => {
    if (!received) return; // The broker cancelled it: what is asked next fails.
    newest = readOffset(received);
    channel.ack(received);
  };
  const { consumerTag } = await channel.consume(stream, receive, {
    arguments: { 'x-stream-offset': 'last' },
  });
  await channel.checkQueue(stream);
  if (newest === undefined) await sleep(emptyAfterMs);
  for (let round = 0, seen = -1; round < mostRounds && seen !== (newest ?? -1); round += 1) {
    seen = newest ?? -1;
    await channel.checkQueue(stream);
  }
  await channel.cancel(consumerTag);
  return newest;
}
