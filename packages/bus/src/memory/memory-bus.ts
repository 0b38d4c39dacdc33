import type {
  BatchHandler,
  Bus,
  BusStats,
  BusStatus,
  CloseOptions,
  ConsumeOptions,
  FeedListener,
  FollowOptions,
  PublishOptions,
  QueueSubscription,
  RequestManyOptions,
  RequestOptions,
  Subscription,
  TopologyReplacement,
  Unavailable,
} from '../contract/bus.ts';
import type { DecideDeadLetter, BrowsedDeadLetters } from '../contract/dead-letter.ts';
import { BusError } from '../contract/errors.ts';
import { groupQueues } from '../contract/queue-group.ts';
import { findLeftBehind, type LeftBehind } from '../contract/left-behind.ts';
import { assertTopology } from '../dispatch/assert-topology.ts';
import { findDeadLetterPlace } from '../dispatch/dead-letter-place.ts';
import { type ConsumedQueue, findAllConsumed } from '../dispatch/consumed-queue.ts';
import { joinSubscriptions } from '../dispatch/join-subscriptions.ts';
import { PartitionShare, type Presence } from '../dispatch/partition-share.ts';
import { limitQueues } from '../dispatch/queue-limits.ts';
import { WorkSlots } from '../dispatch/work-slots.ts';
import { LateRequests } from '../dispatch/late-requests.ts';
import { TracedSender } from '../dispatch/traced-sender.ts';
import { ReplySenders } from '../dispatch/reply-senders.ts';
import { assertFeed, type Log, settlesWithin, silentLog, type Topology } from '@restmapper/core';
import type { Message, Reply } from '../contract/message.ts';
import { declaredQueues, type QueueDepth } from '../contract/queue-depth.ts';
import { browseDeadLetters } from './browse-dead-letters.ts';
import { MemoryBroker } from './memory-broker.ts';
import { MemoryOutbound } from './memory-outbound.ts';
import { OrderedQueueConsumer, type OrderedQueueConsumerOptions } from './ordered-queue-consumer.ts';
import { QueueConsumer } from './queue-consumer.ts';
import { QueueMover } from './queue-mover.ts';
import { StatusBoard } from './status-board.ts';

export interface OpenMemoryBusOptions {
  readonly topology: Topology;
  /** The broker shared with other buses of the process. @default a separate broker */
  readonly broker?: MemoryBroker;
  /** The maximum number of waiting requests; further ones are refused as OVERLOADED. @default 10000 */
  readonly maxPendingRequests?: number;
  readonly log?: Log;
}

type AnyConsumer = QueueConsumer | OrderedQueueConsumer;

/** The bus within one process, on a broker that it may share with others. */
export class MemoryBus implements Bus {
  readonly system = 'memory';
  readonly #broker: MemoryBroker;
  readonly #outbound: MemoryOutbound;
  readonly #sender: TracedSender;
  readonly #log: Log;
  readonly #late: LateRequests;
  readonly #senders: ReplySenders;
  readonly #status = new StatusBoard({ state: 'up', reason: '' });
  readonly #consumers = new Set<AnyConsumer>();
  readonly #shares = new Set<PartitionShare>();
  readonly #movers = new Set<QueueMover>();
  readonly #unfollows = new Set<() => void>();
  readonly #stopWatching: () => void;
  #topology: Topology;
  #closed: Promise<void> | undefined;

  constructor({
    topology,
    broker = new MemoryBroker(),
    maxPendingRequests = 10_000,
    log = silentLog,
  }: OpenMemoryBusOptions) {
    this.#broker = broker;
    this.#topology = topology;
    this.#log = log;
    this.#late = new LateRequests(log);
    this.#senders = new ReplySenders(log);
    this.#outbound = new MemoryOutbound({
      broker,
      maxPendingRequests,
      topology: () => this.#topology,
      status: () => this.status,
    });
    this.#sender = new TracedSender(this.#outbound, this.system);
    broker.declare(topology);
    this.#stopWatching = broker.onBlocked(() => this.#showBlocked());
    this.#showBlocked();
  }

  get status(): BusStatus {
    return this.#status.current;
  }

  /** The foreign exchanges and queues that are not declared; everything else exists as long as the process. */
  get unavailable(): readonly Unavailable[] {
    return this.status.state === 'down' ? [] : this.#outbound.unavailable;
  }

  get stats(): BusStats {
    const { count: lateRequests, expired: expiredEvents } = this.#late;
    return { ...this.#outbound.stats, lateRequests, expiredEvents, reconnects: 0 };
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    return this.#status.listen(listener);
  }

  publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    return this.#sender.publish(exchange, message, options);
  }

  request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    return this.#sender.request(exchange, message, options);
  }

  requestMany(exchange: string, message: Message, options: RequestManyOptions): AsyncIterable<Reply> {
    return this.#sender.requestMany(exchange, message, options);
  }

  consume(
    names: string | readonly string[],
    handler: BatchHandler,
    options?: ConsumeOptions,
  ): QueueSubscription {
    this.#assertOpen();
    const queues = findAllConsumed(this.#topology, [names].flat());
    const { concurrency, each } = limitQueues(queues, options);
    const slots = new WorkSlots(concurrency);
    const shared: OrderedQueueConsumer[] = [];
    const parts = each.flatMap((limits, i) => {
      const queue = queues[i];
      if (!queue) return [];
      if (queue.kind === 'foreign')
        return { queue: queue.name, subscription: this.#move(queue.name, queue.returnsTo) };
      const { orderingKey } = options ?? {};
      const consumer = this.#createConsumer(queue, { handler, slots, limits, orderingKey });
      if (consumer instanceof OrderedQueueConsumer) shared.push(consumer);
      return { queue: queue.name, subscription: this.#keep(consumer) };
    });
    return joinSubscriptions(parts, this.#share(shared));
  }

  follow(feed: string, listener: FeedListener, options: FollowOptions): Subscription {
    this.#assertOpen();
    assertFeed(this.#topology, feed);
    const followed = this.#broker.feed(feed);
    let unfollow = (): void => {};
    const shown = new Promise<void>((onShown) => {
      unfollow = followed.follow(listener, { ...options, log: this.#log, onShown });
    });
    this.#unfollows.add(unfollow);
    return {
      ready: typeof options.from === 'object' && 'last' in options.from ? shown : Promise.resolve(),
      trouble: undefined,
      close: async () => {
        unfollow();
        this.#unfollows.delete(unfollow);
      },
    };
  }

  async newestOffset(feed: string): Promise<number | undefined> {
    this.#assertOpen();
    assertFeed(this.#topology, feed);
    return this.#broker.feed(feed).newestOffset;
  }

  async inspect(): Promise<readonly QueueDepth[]> {
    this.#assertOpen();
    return declaredQueues(this.#topology.queues).map((queue) => this.#broker.depthOf(queue));
  }

  async browseDeadLetters(queue: string, sorter: DecideDeadLetter): Promise<BrowsedDeadLetters> {
    this.#assertOpen();
    return browseDeadLetters(findDeadLetterPlace(this.#topology, queue), this.#broker, sorter);
  }

  async replaceTopology({ topology }: TopologyReplacement): Promise<LeftBehind> {
    this.#assertOpen();
    assertTopology(topology);
    this.#broker.declare(topology);
    const before = this.#topology;
    this.#topology = topology;
    return findLeftBehind(before, topology);
  }

  close({ timeoutMs = 10_000 }: CloseOptions = {}): Promise<void> {
    this.#closed ??= this.#end(Date.now() + timeoutMs);
    return this.#closed;
  }

  /** Running handlers may publish until the end, so the subscriptions end first. */
  async #end(deadlineMs: number): Promise<void> {
    for (const unfollow of this.#unfollows) unfollow();
    for (const mover of this.#movers) mover.close();
    for (const share of this.#shares) void share.close(); // Nothing waits there.
    const consumers = [...this.#consumers];
    const drained = Promise.all(consumers.map((consumer) => consumer.close()));
    if (!(await settlesWithin(drained, deadlineMs - Date.now()))) {
      for (const consumer of consumers) consumer.abandon(new Error('the bus closed'));
    }
    this.#stopWatching();
    this.#status.set({ state: 'down', reason: 'closed' });
    await this.#outbound.finish(deadlineMs - Date.now());
  }

  #createConsumer(
    { name, isOrdered }: ConsumedQueue,
    { orderingKey, ...work }: Omit<OrderedQueueConsumerOptions, 'senders' | 'late' | 'log'>,
  ): AnyConsumer {
    const parts = { ...work, senders: this.#senders, late: this.#late, log: this.#log };
    const queue = this.#broker.queue(name);
    return isOrdered
      ? new OrderedQueueConsumer(queue, { ...parts, orderingKey })
      : new QueueConsumer(queue, parts);
  }

  #share(consumers: readonly OrderedQueueConsumer[]): PartitionShare | undefined {
    if (consumers.length === 0) return undefined;
    const groups = [...groupQueues(consumers, ({ queue }) => queue).values()];
    const share = new PartitionShare(groups.map((each) => ({ consumers: each, presence: presenceOf(each) })));
    this.#shares.add(share);
    return share;
  }

  #keep(consumer: AnyConsumer): QueueSubscription {
    this.#consumers.add(consumer);
    return {
      ready: Promise.resolve(),
      trouble: undefined,
      get active() {
        return consumer.active;
      },
      pause: () => consumer.pause(),
      resume: () => consumer.resume(),
      close: async () => {
        await consumer.close();
        this.#consumers.delete(consumer);
      },
    };
  }

  /** The messages of a foreign queue are consumed from the one that they would return to. */
  #move(queue: string, returnsTo: string): QueueSubscription {
    const mover = new QueueMover(this.#broker, { queue, to: returnsTo });
    this.#movers.add(mover);
    const close = async (): Promise<void> => {
      mover.close();
      this.#movers.delete(mover);
    };
    return {
      ready: mover.ready,
      get trouble() {
        return mover.trouble;
      },
      pause: async () => mover.pause(),
      resume: () => mover.resume(),
      close,
    };
  }

  #assertOpen(): void {
    if (this.#closed) throw new BusError('BROKER_UNAVAILABLE', 'the bus is closed');
  }

  #showBlocked(): void {
    const reason = this.#broker.blockedReason;
    if (reason !== '') this.#log.warn({ reason }, 'the message bus is blocked');
    this.#status.set({ state: reason === '' ? 'up' : 'blocked', reason });
  }
}

function presenceOf(consumers: readonly OrderedQueueConsumer[]): Presence {
  return {
    // While a process changes its queues, it is missing from some of them.
    get count() {
      return Math.max(...consumers.map(({ processes }) => processes));
    },
    pause() {},
    resume() {},
    async close() {},
  };
}
