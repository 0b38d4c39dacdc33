import type { Channel } from 'amqplib';
import { pause } from '@restmapper/core';
import { Reopening } from '../connection/reopening.ts';
import type { ChannelDeliveries } from './channel-deliveries.ts';

/** Twice this time without a message is suspicious. */
const watchMs = 1_000;

/** A broker that does not answer for longer may have passed the queue to another process. */
const silenceMs = 5_000;

export interface WatchedChannel {
  /** Aborted when the broker has forgotten the channel's consumer. */
  readonly life: AbortController;
  readonly lease: ChannelDeliveries;
  /** Whether the consumer gets the queue's messages. */
  readonly isActive: () => boolean;
  /** Called whenever the broker has answered. */
  readonly onAnswer: () => void;
}

/** Asks the broker about an ordered queue, as long as a channel that consumes it lives. */
export class QueueWatch {
  readonly #queue: string;
  #askedMs: number | undefined;

  constructor(queue: string) {
    this.#queue = queue;
  }

  /** Whether the broker has not answered for some seconds. */
  get isSilent(): boolean {
    return this.#askedMs !== undefined && performance.now() - this.#askedMs > silenceMs;
  }

  async run(channel: Channel, { life, lease, isActive, onAnswer }: WatchedChannel): Promise<void> {
    for (let isSuspect = false; !life.signal.aborted; ) {
      const { taken } = lease;
      await pause(watchMs, life.signal);
      const found = await this.#ask(channel);
      if (!found || life.signal.aborted) continue;
      const isStarved = found.messageCount > 0 && isActive() && lease.taken === taken && lease.open === 0;
      const isStrange = isStarved || found.consumerCount === 0;
      if (isStrange && isSuspect)
        life.abort(new Reopening(`messages wait in ${this.#queue}, but none are delivered`));
      isSuspect = isStrange;
      onAnswer();
    }
  }

  /** If the queue is gone, the broker closes the channel, which ends its life. */
  async #ask(channel: Channel): ReturnType<typeof ask> {
    this.#askedMs = performance.now();
    try {
      return await ask(channel, this.#queue);
    } finally {
      this.#askedMs = undefined;
    }
  }
}

function ask(channel: Channel, queue: string) {
  return channel.checkQueue(queue).catch(() => undefined);
}
