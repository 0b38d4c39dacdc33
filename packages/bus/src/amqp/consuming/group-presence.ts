import type { Channel } from 'amqplib';
import { pause } from '@restmapper/core';
import type { Presence } from '../../dispatch/partition-share.ts';
import { Outage } from '../connection/outage.ts';
import { PauseGate } from './pause-gate.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel, Prerequisite } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { HandOver } from '../connection/reopening.ts';

const countEveryMs = 1_000;

export interface GroupPresenceOptions {
  readonly connection: RecoveringConnection;
  /** The queue of the group, which stays empty: its consumers are the processes that share the others. */
  readonly queue: string;
  readonly prerequisite: Prerequisite;
}

/**
 * Shows that this process shares the queues of a group, and counts those that do.
 *
 * RabbitMQ counts one consumer of a quorum queue with a single active one, however many wait.
 */
export class GroupPresence implements Presence {
  readonly #options: GroupPresenceOptions;
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #gate = new PauseGate();
  readonly #outage = new Outage();
  #life = new AbortController();
  /** The number of processes; `undefined` until it is known. */
  count: number | undefined;

  constructor(options: GroupPresenceOptions) {
    const { connection, prerequisite } = options;
    this.#options = options;
    this.#recovering = openRecoveringChannel(connection, {
      create: (model) => model.createChannel(),
      setUp: (channel, life) => this.#setUp(channel, life),
      onLost: () => (this.count = undefined),
      outage: this.#outage,
      prerequisite: this.#gate.before(prerequisite),
    });
  }

  pause(): void {
    this.#gate.close();
    this.#life.abort(new HandOver('the consumers are paused'));
  }

  resume(): void {
    this.#gate.open();
  }

  async close(): Promise<void> {
    this.#outage.close();
    await closeChannel(this.#recovering);
  }

  async #setUp(channel: Channel, life: AbortController): Promise<void> {
    this.#life = life;
    // It may have been paused while the channel was opened.
    if (this.#gate.isClosed) return this.pause();
    await channel.consume(this.#options.queue, (received) => {
      if (received) channel.ack(received);
      else life.abort(new Error('the broker cancelled the consumer'));
    });
    void this.#watch(channel, life.signal);
  }

  async #watch(channel: Channel, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // If the queue is gone, the broker closes the channel, which ends its life.
      const found = await channel.checkQueue(this.#options.queue).catch(() => undefined);
      if (found && !signal.aborted) this.count = found.consumerCount;
      await pause(countEveryMs, signal);
    }
  }
}
