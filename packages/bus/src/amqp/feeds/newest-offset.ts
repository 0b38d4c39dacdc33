import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import { BusError } from '../../contract/errors.ts';
import { CancelledError } from '../connection/cancelled-error.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { openOwnChannel } from '../connection/own-channel.ts';
import { readOffset } from '../wire/properties.ts';
import { asError, within } from '@restmapper/core';

/** The maximum number of rounds: chunks larger than the prefetch, and new messages, need more than one. */
const mostRounds = 10;

/** How long a stream must deliver nothing to be considered empty. */
const emptyAfterMs = 100;

/** The usual size of a chunk. */
const prefetch = 500;

/**
 * The offset of the newest message of a stream; `undefined` if it is empty.
 *
 * No method of the broker returns it: a passive declaration does not count a stream's messages. But reading
 * can start at the last chunk, whose messages arrive before the answer to the next method.
 * @throws Error if the channel or the consumer is lost meanwhile, which says nothing about the stream.
 */
export async function readNewestOffset(channel: Channel, stream: string): Promise<number | undefined> {
  let newest: number | undefined;
  let isCancelled = false;
  const receive = (received: ConsumeMessage | null): void => {
    isCancelled ||= !received;
    if (!received) return;
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
  if (isCancelled) throw new CancelledError(stream);
  return newest;
}

/** How long the broker may take to answer. */
const lookTimeoutMs = 2000;

/**
 * Reads the newest offset of a stream on a channel that nothing else uses.
 *
 * @throws BusError BROKER_UNAVAILABLE
 */
export async function lookUpNewestOffset(
  connection: RecoveringConnection,
  stream: string,
): Promise<number | undefined> {
  const session = connection.requireSession();
  const opening = openOwnChannel(session.model);
  const looking = opening.then(async (channel) => {
    await channel.prefetch(prefetch);
    return readNewestOffset(channel, stream);
  });
  try {
    return await within('looking for the newest message', looking, {
      timeoutMs: lookTimeoutMs,
      signal: session.signal,
    });
  } catch (cause) {
    throw new BusError('BROKER_UNAVAILABLE', asError(cause).message, { cause });
  } finally {
    // Even if it opens too late; the broker closes it itself if the stream is missing.
    void opening.then((channel) => channel.close()).catch(() => {});
  }
}
