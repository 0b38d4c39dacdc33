import type { Channel, ConsumeMessage } from 'amqplib';
import { within } from '@restmapper/core';
import { methodTimeoutMs } from '../connection/method-timeout.ts';
import { Outage } from '../connection/outage.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { replyExchange } from '../topology/topology-plan.ts';

/** The number of replies that wait here, and again in the queue on the broker. */
const windowSize = 8;

/** Called with a reply, and with what tells the broker that the reply was read. */
export type OnReply = (reply: ConsumeMessage, ack: () => void) => void;

export interface InboxListener {
  readonly onReply: OnReply;
  /** Called when the broker has deleted the queue. */
  readonly onLost: () => void;
}

/** Where the replies to one request arrive. */
export interface Inbox {
  /** The name of its queue. */
  readonly name: string;
  /** Deletes the queue, so that the worker's next reply is returned to it. */
  close(): void;
}

/**
 * A queue for the replies to each request that accepts several: exclusive, bound to `RPC`, as short as the window.
 *
 * The broker delivers as many replies as the window has room for, and refuses further ones once its queue is full. So
 * a slow reader slows its worker down, and no other.
 */
export class ReplyInboxes {
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #outage = new Outage();

  constructor(connection: RecoveringConnection, onLost: () => void) {
    this.#recovering = openRecoveringChannel(connection, {
      create: (model) => model.createChannel(),
      // It holds for each consumer that the channel gets.
      setUp: async (channel) => void (await channel.prefetch(windowSize)),
      onLost,
      outage: this.#outage,
    });
  }

  /** Why no queue can be opened although the connection is up. */
  get trouble(): string | undefined {
    return this.#outage.reason;
  }

  /** @throws the signal's reason if that aborts before the channel is open, Error if the channel is lost. */
  async open(listener: InboxListener, waiting: AbortSignal): Promise<Inbox> {
    const { channel, signal } = await this.#recovering.available(waiting);
    const limits = { timeoutMs: methodTimeoutMs, signal };
    return within('opening a queue for replies', openInbox(channel, signal, listener), limits);
  }

  close(): Promise<void> {
    this.#outage.close();
    return closeChannel(this.#recovering);
  }
}

async function openInbox(channel: Channel, signal: AbortSignal, listener: InboxListener): Promise<Inbox> {
  const { queue } = await channel.assertQueue('', {
    exclusive: true,
    durable: false,
    // The queue outlives a channel that is lost alone, its consumer does not.
    autoDelete: true,
    maxLength: windowSize,
    arguments: { 'x-queue-type': 'classic', 'x-overflow': 'reject-publish' },
  });
  await channel.bindQueue(queue, replyExchange, queue);
  const receive = (message: ConsumeMessage | null): void => {
    if (message) listener.onReply(message, () => attempt(signal, () => channel.ack(message)));
    else listener.onLost();
  };
  const { consumerTag } = await channel.consume(queue, receive, { exclusive: true });
  const close = (): void => attempt(signal, () => void channel.cancel(consumerTag).catch(() => {}));
  return { name: queue, close };
}

/** A channel that is closed has forgotten what it delivered, and its consumers. */
function attempt(signal: AbortSignal, send: () => void): void {
  if (signal.aborted) return;
  try {
    send();
  } catch {
    // It is being closed.
  }
}
