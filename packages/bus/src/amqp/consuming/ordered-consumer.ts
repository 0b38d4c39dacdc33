import type { Channel, ConsumeMessage } from 'amqplib';
import type { QueueSubscription } from '../../contract/bus.ts';
import { deliveryLimitReason } from '../../contract/dead-letter.ts';
import type { Delivery } from '../../contract/message.ts';
import { OrderedBatcher } from '../../dispatch/ordered-batcher.ts';
import type { SharedConsumer } from '../../dispatch/partition-share.ts';
import { CancelledError, isBrokersDecision } from '../connection/cancelled-error.ts';
import { Outage } from '../connection/outage.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel } from '../connection/recovering-channel.ts';
import { HandOver } from '../connection/reopening.ts';
import { toDelivery } from '../wire/properties.ts';
import { ChannelDeliveries, type ChannelDelivery } from './channel-deliveries.ts';
import type { ConsumerOptions } from './consumer.ts';
import { PauseGate } from './pause-gate.ts';
import { QueueWatch } from './queue-watch.ts';
import { returnsCounter } from './returns.ts';
import { SuspectGate } from './suspect-gate.ts';
import { SuspectLine } from './suspect-line.ts';

/** Held longer than this, messages are handed over: RabbitMQ ends a channel that holds one for 30 minutes. */
const longestHeldMs = 20 * 60_000;

/** How long a paused consumer keeps its queue: RabbitMQ counts each hand-over against the messages that it takes back. */
const keepMs = 30_000;

/** The part of the delivery limit after which a message is given up. */
const giveUpShare = 0.8;

export interface OrderedConsumerOptions extends ConsumerOptions {
  readonly orderingKey: ((delivery: Delivery) => string) | undefined;
}

/** A delivery, and when it arrived. */
interface OrderedDelivery extends ChannelDelivery {
  readonly sinceMs: number;
}

/**
 * Consumes an ordered queue on its own channel, which is reopened whenever it is lost.
 *
 * The queue has a single active consumer. RabbitMQ makes the next one active as soon as this one is cancelled, while
 * its messages are still in progress; so it is never cancelled. It is handed over: what is in progress is finished and
 * acked, then the channel is closed, by which what waits returns to its place in the queue.
 */
export class OrderedConsumer implements QueueSubscription, SharedConsumer {
  readonly ready: Promise<void>;
  readonly #options: OrderedConsumerOptions;
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #batcher: OrderedBatcher<OrderedDelivery>;
  readonly #suspects: SuspectLine;
  readonly #suspectGate: SuspectGate<OrderedDelivery>;
  readonly #outage = new Outage();
  readonly #gate = new PauseGate();
  #opened: Opened | undefined;
  #handingOver: Promise<void> | undefined;
  #markReady = (): void => {};
  #closing: Promise<void> | undefined;
  #pausing: NodeJS.Timeout | undefined;
  readonly #watch: QueueWatch;

  constructor(options: OrderedConsumerOptions) {
    const { queue, handler, orderingKey, limits, slots, settler, late, log, prerequisite } = options;
    this.#options = options;
    this.#watch = new QueueWatch(queue);
    this.#suspects = options.suspects ?? new SuspectLine();
    this.#suspectGate = new SuspectGate({
      suspects: this.#suspects,
      pass: (item) => this.#batcher.push(item),
      onSuspect: () => log.warn({ queue }, 'messages were returned too often: taking them one at a time'),
    });
    this.#batcher = new OrderedBatcher<OrderedDelivery>({
      queue,
      handler,
      orderingKey,
      limits,
      slots,
      late,
      log,
      settle: (settled) => settler.settle(settled),
      onEnded: (items) => this.#suspectGate.survived(items),
      onReturned: () => this.handOver(),
      mayStart: () => !this.#watch.isSilent,
    });
    this.ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
    this.#recovering = openRecoveringChannel(options.connection, {
      create: (model) => model.createChannel(),
      setUp: (channel, life) => this.#setUp(channel, life),
      onOpen: () => this.#markReady(),
      onLost: (reason) => this.#forget(reason),
      outage: this.#outage,
      prerequisite: this.#gate.before(prerequisite),
    });
  }

  /** The queue that it consumes. */
  get queue(): string {
    return this.#options.queue;
  }

  get source(): string {
    return this.#options.queue;
  }

  get trouble(): string | undefined {
    return this.#outage.reason;
  }

  /** The broker leaves a queue to its consumer until that is gone. */
  get isActive(): boolean {
    return (this.#opened?.lease.taken ?? 0) > 0 && !this.#handingOver;
  }

  get active(): readonly string[] {
    return this.isActive ? [this.queue] : [];
  }

  get oldestRunMs(): number {
    return this.#batcher.oldestRunMs;
  }

  /** Starts nothing more, and closes the channel when what is in progress is settled; it is opened again later. */
  handOver(): void {
    const opened = this.#opened;
    if (!opened || this.#handingOver) return;
    this.#handingOver = this.#finish().then(() =>
      opened.life.abort(new HandOver('the queue is handed over')),
    );
  }

  /** Resolves at once: nothing more is started, and what is in progress may go on. */
  async pause(): Promise<void> {
    this.#markReady();
    this.#batcher.suspend();
    if (!this.#opened || this.#handingOver) return this.#gate.close();
    this.#pausing ??= setTimeout(() => {
      this.#gate.close();
      this.handOver();
    }, keepMs);
  }

  resume(): void {
    clearTimeout(this.#pausing);
    this.#pausing = undefined;
    this.#gate.open();
    this.#batcher.proceed();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Aborts the handlers' signals. */
  abort(reason: Error): void {
    this.#batcher.abort(reason);
  }

  async #setUp(channel: Channel, life: AbortController): Promise<void> {
    if (this.#closing) return;
    const { queue, limits } = this.#options;
    this.#suspects.open();
    const countReturns = returnsCounter(channel.connection.serverProperties.version);
    const lease = new ChannelDeliveries(channel, life);
    this.#opened = { life, lease };
    this.#handingOver = undefined;
    this.#batcher.resume();
    // RabbitMQ closed the last channel only if it was asked to; a pause may have come since.
    if (this.#gate.isClosed) this.handOver();
    await channel.prefetch(limits.prefetch);
    const receive = (received: ConsumeMessage | null): void => {
      try {
        if (life.signal.aborted) return;
        if (!received) throw new CancelledError(queue);
        lease.take(received);
        this.#receive({ received, returns: countReturns(received), lease });
      } catch (error) {
        life.abort(error);
      }
    };
    await channel.consume(queue, receive);
    void this.#watch.run(channel, {
      life,
      lease,
      isActive: () => this.isActive,
      onAnswer: () => {
        if (this.#holdsTooLong()) this.handOver();
      },
    });
  }

  #receive({ received, returns, lease }: Omit<OrderedDelivery, 'delivery' | 'sinceMs'>): void {
    if (this.#handingOver) return;
    const { queue, kind, clocks, deliveryLimit = Number.POSITIVE_INFINITY } = this.#options;
    const delivery = toDelivery(received, { queue, kind, clocks });
    const item = { delivery, received, returns, lease, sinceMs: performance.now() };
    const isFirst = lease.taken === 1;
    if (isFirst && returns >= giveUpShare * deliveryLimit && delivery.redelivered) return this.#giveUp(item);
    this.#suspectGate.push(item);
  }

  /**
   * Dead-letters the message at which processes keep dying, before its neighbours, which came back as often: the broker
   * would dead-letter all of them at the limit. RabbitMQ 4.3 and later redeliver such a message without limit.
   */
  #giveUp(item: OrderedDelivery): void {
    const { queue, settler, log } = this.#options;
    log.warn(
      { queue, messageId: item.delivery.messageId },
      'a message was returned too often: dead-lettering it',
    );
    settler.settle([{ item, outcome: { kind: 'reject', reason: deliveryLimitReason } }]);
  }

  #holdsTooLong(): boolean {
    const now = performance.now();
    const waiting = [...this.#batcher.heads, ...(this.#suspectGate.first ? [this.#suspectGate.first] : [])];
    return waiting.some(({ sinceMs }) => now - sinceMs > longestHeldMs);
  }

  /** Resolves when what was in progress is settled. */
  async #finish(): Promise<void> {
    const { settler } = this.#options;
    this.#suspectGate.clear();
    await this.#batcher.drain().idle;
    await settler.whenIdle();
  }

  /** The broker has taken back all unsettled messages. */
  #forget(reason: Error): void {
    const { queue, log } = this.#options;
    const wasConsuming = this.#opened !== undefined && !this.#closing;
    this.#opened = undefined;
    if (this.#pausing) this.#gate.close();
    this.#suspectGate.clear();
    this.#batcher.forget(new Error(`the broker took the message back: ${reason.message}`, { cause: reason }));
    // The loss of a whole connection is logged once for all.
    if (wasConsuming && isBrokersDecision(reason)) {
      log.warn(
        { err: reason, queue },
        'the broker ended a consumer; messages being handled will be redelivered',
      );
    }
  }

  async #close(): Promise<void> {
    this.#outage.close();
    clearTimeout(this.#pausing);
    this.#handingOver ??= this.#finish();
    await this.#handingOver;
    await closeChannel(this.#recovering);
  }
}

/** The channel on which the queue is consumed. */
interface Opened {
  readonly life: AbortController;
  readonly lease: ChannelDeliveries;
}
