import type { Channel, ConsumeMessage } from 'amqplib';
import { Batcher } from '../../dispatch/batcher.ts';
import type { BatchHandler, QueueSubscription } from '../../contract/bus.ts';
import type { ConsumeLimits } from '../../contract/consume-limits.ts';
import { deliveryLimitReason } from '../../contract/dead-letter.ts';
import type { LateRequests } from '../../dispatch/late-requests.ts';
import type { WorkSlots } from '../../dispatch/work-slots.ts';
import { readRetryAtMs } from '../wire/amqp-headers.ts';
import { type Log, pause, within } from '@restmapper/core';
import { isBrokersDecision } from '../connection/cancelled-error.ts';
import { findDelayQueue } from '../topology/delay-queues.ts';
import { ConsumeWindow } from './consume-window.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel, Prerequisite } from '../connection/recovering-channel.ts';
import { ChannelDeliveries, type ChannelDelivery } from './channel-deliveries.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { Outage } from '../connection/outage.ts';
import { toDelivery } from '../wire/properties.ts';
import type { QueueKind } from '../wire/properties.ts';
import { Reopening } from '../connection/reopening.ts';
import { returnsCounter } from './returns.ts';
import type { SenderClocks } from '../wire/sender-clocks.ts';
import type { Settler } from './settler.ts';
import type { SuspectLine } from './suspect-line.ts';
import { PoisonGuard } from './poison-guard.ts';
import { methodTimeoutMs } from '../connection/method-timeout.ts';

/** Twice this time without a message is suspicious. */
const watchMs = 1000;

export interface ConsumerOptions {
  readonly connection: RecoveringConnection;
  readonly queue: string;
  readonly kind: QueueKind;
  readonly clocks: SenderClocks;
  readonly late: LateRequests;
  /** Whether the queue can be used. */
  readonly prerequisite: Prerequisite;
  /** How often a message may be returned unsettled before it is dead-lettered. @default unlimited */
  readonly deliveryLimit: number | undefined;
  readonly handler: BatchHandler;
  readonly limits: ConsumeLimits;
  /** Shared with the other queues of the subscription. */
  readonly slots: WorkSlots;
  /** Of a subscription to several queues. */
  readonly suspects?: SuspectLine | undefined;
  readonly settler: Settler;
  readonly log: Log;
}

/**
 * Consumes a queue on its own channel, which is reopened whenever it is lost.
 *
 * Errors in a callback never reach amqplib: they end the channel's life, and the broker redelivers its messages.
 */
export class Consumer implements QueueSubscription {
  readonly ready: Promise<void>;
  readonly #options: ConsumerOptions;
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #batcher: Batcher<ChannelDelivery>;
  /** Retried messages that are due before the shortest delay, and deliveries during closing. */
  readonly #held = new Map<ChannelDelivery, NodeJS.Timeout | undefined>();
  /** Shared by all channels. */
  readonly #guard: PoisonGuard | undefined;
  readonly #outage = new Outage();
  #leaveLine = (): void => {};
  #opened: Opened | undefined;
  #window: ConsumeWindow | undefined;
  #isPaused = false;
  #turning: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: ConsumerOptions) {
    const { queue, deliveryLimit, handler, limits, slots, settler, late, log } = options;
    this.#options = options;
    this.#guard = deliveryLimit === undefined ? undefined : new PoisonGuard();
    this.#batcher = new Batcher({
      queue,
      handler,
      limits,
      slots,
      late,
      log,
      settle: (settled) => {
        settler.settle(settled);
        this.#leaveLine();
      },
    });
    let markReady = (): void => {};
    this.ready = new Promise((resolve) => {
      markReady = resolve;
    });
    this.#recovering = openRecoveringChannel(options.connection, {
      create: (model) => model.createChannel(),
      setUp: (channel, life) => this.#setUp(channel, life),
      onOpen: () => markReady(),
      onLost: (reason) => this.#forget(reason),
      outage: this.#outage,
      prerequisite: options.prerequisite,
    });
  }

  /** The queue that it consumes. */
  get source(): string {
    return this.#options.queue;
  }

  get trouble(): string | undefined {
    return this.#outage.reason;
  }

  /** Stops consuming; resolves when running messages are settled, and the broker knows it. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Aborts the handlers' signals. */
  abort(reason: Error): void {
    this.#batcher.abort(reason);
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#turn();
  }

  resume(): void {
    this.#isPaused = false;
    void this.#turn(); // It never rejects.
  }

  async #setUp(channel: Channel, life: AbortController): Promise<void> {
    if (this.#closing) return;
    this.#options.suspects?.open();
    const lease = new ChannelDeliveries(channel, life);
    this.#opened = { channel, life, lease };
    await this.#turn();
    void this.#watch(channel, { lease, life });
  }

  /** Starts or stops consuming, after earlier changes. */
  #turn(): Promise<void> {
    this.#turning = this.#turning.then(async () => {
      const opened = this.#opened;
      try {
        await (this.#isPaused ? this.#stop() : this.#start(opened));
      } catch (error) {
        opened?.life.abort(error);
      }
    });
    return this.#turning;
  }

  async #start(opened: Opened | undefined): Promise<void> {
    this.#batcher.resume();
    if (!opened || this.#window || this.#closing) return;
    const { queue, limits, log } = this.#options;
    const { channel, life, lease } = opened;
    const guard = this.#guard;
    const countReturns = returnsCounter(channel.connection.serverProperties.version);
    const take = (received: ConsumeMessage, returns: number): void =>
      this.#receive(received, { lease, returns });
    this.#window = new ConsumeWindow({ channel, life, queue, limits, guard, countReturns, take, log });
    await this.#window.open();
  }

  async #stop(): Promise<void> {
    if (this.#closing) return;
    // First, or released messages would be redelivered to this consumer.
    await this.#cancel();
    this.#window = undefined;
    this.#batcher.pause();
  }

  /**
   * Ends a channel that receives nothing although messages wait and none are held.
   *
   * RabbitMQ 3.10 silently drops a consumer when its queue is deleted and recreated at once.
   */
  async #watch(
    channel: Channel,
    { lease, life }: { lease: ChannelDeliveries; life: AbortController },
  ): Promise<void> {
    const { queue } = this.#options;
    for (let isStarved = false; !life.signal.aborted; ) {
      const { taken } = lease;
      await pause(watchMs, life.signal);
      // If the queue is gone, the broker closes the channel, which ends its life.
      const { messageCount } = await channel.checkQueue(queue).catch(() => ({ messageCount: 0 }));
      const isIdle = messageCount > 0 && lease.taken === taken && lease.open === 0 && this.#isConsuming;
      if (isIdle && isStarved) life.abort(new Reopening(`messages wait in ${queue}, but none are delivered`));
      isStarved = isIdle;
    }
  }

  get #isConsuming(): boolean {
    return this.#window !== undefined && !this.#closing;
  }

  #receive(
    received: ConsumeMessage,
    { lease, returns }: { lease: ChannelDeliveries; returns: number },
  ): void {
    const { queue, kind, clocks, settler, deliveryLimit = Number.POSITIVE_INFINITY } = this.#options;
    lease.take(received);
    const delivery = toDelivery(received, { queue, kind, clocks });
    const item = { delivery, received, returns, lease };
    if (returns > deliveryLimit && delivery.redelivered) return this.#giveUp(item);
    if (kind === 'foreign' && delivery.redelivered) return settler.takeOver(item);
    const dueEpochMs = readRetryAtMs(received.properties.headers);
    const waitMs = dueEpochMs && dueEpochMs - Date.now();
    if (this.#closing) this.#held.set(item, undefined);
    else if (waitMs <= 0) this.#push(item);
    else if (findDelayQueue(waitMs)) settler.postpone(item, dueEpochMs);
    else this.#hold(item, waitMs);
  }

  /** RabbitMQ 4.3 and later redeliver a message that kills its process without limit, since it is never rejected. */
  #giveUp(item: ChannelDelivery): void {
    const { queue, settler, log } = this.#options;
    const { messageId } = item.delivery;
    log.warn({ queue, messageId }, 'a message was returned too often: dead-lettering it');
    settler.settle([{ item, outcome: { kind: 'reject', reason: deliveryLimitReason } }]);
  }

  /** While messages are taken one at a time, the one of this queue waits for those of the others. */
  #push(item: ChannelDelivery): void {
    const { suspects } = this.#options;
    if (!suspects || !this.#guard?.isIsolating) return this.#batcher.push(item);
    this.#held.set(item, undefined);
    this.#leaveLine = suspects.enter(item.returns, () => {
      if (this.#held.delete(item)) this.#batcher.push(item);
    });
  }

  #hold(item: ChannelDelivery, waitMs: number): void {
    const release = (): void => {
      this.#held.delete(item);
      this.#push(item);
    };
    // A timer may fire within the millisecond before the one that it was set for.
    this.#held.set(item, setTimeout(release, waitMs + 1));
  }

  /** The broker has taken back all unsettled messages. */
  #forget(reason: Error): void {
    const { queue, log } = this.#options;
    const wasConsuming = this.#isConsuming;
    this.#opened = undefined;
    this.#window = undefined;
    this.#batcher.forget(new Error(`the broker took the message back: ${reason.message}`, { cause: reason }));
    this.#takeHeld();
    // The loss of a whole connection is logged once for all.
    if (wasConsuming && isBrokersDecision(reason)) {
      log.warn(
        { err: reason, queue },
        'the broker ended a consumer; messages being handled will be redelivered',
      );
    }
  }

  async #close(): Promise<void> {
    const { settler } = this.#options;
    this.#outage.close();
    await this.#cancel().catch(() => {});
    const worked = this.#batcher.close();
    // After earlier messages, so that the queue keeps its order.
    settler.settle(this.#takeHeld().map((item) => ({ item, outcome: { kind: 'requeue' } })));
    await worked;
    await settler.whenIdle();
    await closeChannel(this.#recovering);
  }

  /** Holds deliveries until the broker has answered, then returns them with the rest. */
  async #cancel(): Promise<void> {
    // Not the recovering channel's: it has none until the set-up ends, but the broker delivers during it.
    const opened = this.#opened;
    const window = this.#window;
    if (!opened || opened.life.signal.aborted || !window) return;
    const limits = { timeoutMs: methodTimeoutMs, signal: opened.life.signal };
    await within('cancelling', window.close(), limits);
  }

  #takeHeld(): ChannelDelivery[] {
    const items = [...this.#held.keys()];
    for (const timer of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
    this.#leaveLine();
    return items;
  }
}

/** The channel on which the queue is consumed, unless paused. */
interface Opened {
  readonly channel: Channel;
  readonly life: AbortController;
  readonly lease: ChannelDeliveries;
}
