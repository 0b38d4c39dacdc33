import { randomUUID } from 'node:crypto';
import type { Channel, ConsumeMessage } from 'amqplib';
import { asError, pause, within } from '@restmapper/core';
import { BusError } from '../../contract/errors.ts';
import type { Message } from '../../contract/message.ts';
import { Asking } from '../connection/asking.ts';
import { CancelledError } from '../connection/cancelled-error.ts';
import { methodTimeoutMs } from '../connection/method-timeout.ts';
import { openOwnChannel } from '../connection/own-channel.ts';
import type { Session } from '../connection/recovering-connection.ts';
import { toMessage } from '../wire/properties.ts';

export interface TapSessionOptions {
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  readonly maxMessages: number;
  /** The next message waits until this one is done. */
  readonly listener: (message: Message) => Promise<void>;
  readonly onOpen: () => void;
  /** Called every second while the queue is full. */
  readonly onFull: () => void;
}

/** The beginning of the names of the taps' queues. */
export const tapQueuePrefix = 'restmapper.tail.';

const maxQueueBytes = 64_000_000;
/** Messages in this process, besides those on the broker. */
const prefetch = 20;
const checkMs = 1_000;

/**
 * Reads an exchange until the connection, the queue or the channel is lost; resolves with the reason, or at once when
 * the signal aborts.
 *
 * @throws BusError BROKER_REFUSED
 */
export async function runTapSession(
  { model, signal: lost }: Session,
  signal: AbortSignal,
  options: TapSessionOptions,
): Promise<Error> {
  const life = endingWith([lost, signal]);
  const asking = new Asking(model, { signal: life.signal, verb: 'use' });
  let channel: Channel | undefined;
  try {
    const queue = await openQueue(asking, options);
    channel = await within('opening a channel', openOwnChannel(model), { timeoutMs: methodTimeoutMs });
    channel.prependListener('close', () => life.abort(new Error('the broker closed the channel')));
    await consume(channel, queue, { life, listener: options.listener });
    options.onOpen();
    await watchDepth(channel, queue, { life, ...options });
  } catch (error) {
    if (error instanceof BusError) throw error;
    life.abort(error);
  } finally {
    await asking.close();
    if (!lost.aborted) await channel?.close().catch(() => {}); // The broker may have closed it.
  }
  return asError(life.signal.reason);
}

function endingWith(signals: readonly AbortSignal[]): AbortController {
  const life = new AbortController();
  for (const source of signals) {
    const end = (): void => life.abort(source.reason);
    source.addEventListener('abort', end, { once: true, signal: life.signal });
    if (source.aborted) end();
  }
  return life;
}

async function openQueue(
  asking: Asking,
  { exchange, routingKeys, maxMessages }: TapSessionOptions,
): Promise<string> {
  const queue = `${tapQueuePrefix}${randomUUID()}`;
  const settings = { exclusive: true, autoDelete: true, durable: false, maxLength: maxMessages };
  const limits = { arguments: { 'x-max-length-bytes': maxQueueBytes } };
  let refused = await asking.ask(`the queue ${queue}`, (channel) =>
    channel.assertQueue(queue, { ...settings, ...limits }),
  );
  for (const routingKey of routingKeys) {
    refused ??= await asking.ask(`the exchange ${exchange}`, (channel) =>
      channel.bindQueue(queue, exchange, routingKey),
    );
  }
  if (refused?.code !== undefined) {
    throw new BusError('BROKER_REFUSED', refused.error.message, { cause: refused.error });
  }
  if (refused) throw refused.error;
  return queue;
}

interface Consumption {
  readonly life: AbortController;
  readonly listener: TapSessionOptions['listener'];
}

async function consume(channel: Channel, queue: string, { life, listener }: Consumption): Promise<void> {
  const pass = async (received: ConsumeMessage): Promise<void> => {
    if (life.signal.aborted) return;
    await listener(toMessage(received));
    if (!life.signal.aborted) channel.ack(received);
  };
  let line: Promise<void> = Promise.resolve();
  await channel.prefetch(prefetch);
  await channel.consume(queue, (received) => {
    if (!received) return life.abort(new CancelledError(queue));
    line = line.then(() => pass(received)).catch((error: unknown) => life.abort(error));
  });
}

interface DepthWatch {
  readonly life: AbortController;
  readonly maxMessages: number;
  readonly onFull: () => void;
}

/** The broker does not report that a queue drops messages, only that it is full. */
async function watchDepth(channel: Channel, queue: string, watch: DepthWatch): Promise<void> {
  const { signal } = watch.life;
  for (;;) {
    await pause(checkMs, signal);
    if (signal.aborted) return;
    const limits = { timeoutMs: methodTimeoutMs, signal };
    const { messageCount } = await within('the broker', channel.checkQueue(queue), limits);
    if (messageCount >= watch.maxMessages) watch.onFull();
  }
}
