import type {
  BatchHandler,
  ConsumeOptions,
  FeedListener,
  FollowOptions,
  QueueSubscription,
  Subscription,
  Unavailable,
} from '../../contract/bus.ts';
import { type ConsumedQueue, findAllConsumed } from '../../dispatch/consumed-queue.ts';
import { joinSubscriptions } from '../../dispatch/join-subscriptions.ts';
import { WorkSlots } from '../../dispatch/work-slots.ts';
import { LateRequests } from '../../dispatch/late-requests.ts';
import { ReplySenders } from '../../dispatch/reply-senders.ts';
import { assertFeed, type Log, settlesWithin, type Topology } from '@restmapper/core';
import { groupQueues } from '../../contract/queue-group.ts';
import { PartitionShare } from '../../dispatch/partition-share.ts';
import { limitQueues } from '../../dispatch/queue-limits.ts';
import { Consumer } from './consumer.ts';
import { GroupPresence } from './group-presence.ts';
import { OrderedConsumer } from './ordered-consumer.ts';
import { Follower } from '../feeds/follower.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import type { Publisher } from '../publishing/publisher.ts';
import type { Prerequisite } from '../connection/recovering-channel.ts';
import { SenderClocks } from '../wire/sender-clocks.ts';
import { Settler } from './settler.ts';
import { SuspectLine } from './suspect-line.ts';
import type { ForeignObjects } from '../topology/foreign-objects.ts';
import type { TopologyState } from '../topology/topology-state.ts';

/** The fraction of the closing time left to handlers after their signal has aborted. */
const abortShare = 0.2;

export interface SubscriptionsOptions {
  /** The current one. */
  readonly topology: () => Topology;
  readonly state: TopologyState;
  readonly foreign: ForeignObjects;
  readonly publishing: RecoveringConnection;
  readonly consuming: RecoveringConnection;
  readonly replies: Publisher;
  readonly returns: Publisher;
  /** See `AmqpBusOptions`. */
  readonly unreadableAfterMs: number;
  readonly log: Log;
}

type AnyConsumer = Consumer | OrderedConsumer;

/** The consumers and followers of one bus. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #isUp: Promise<unknown>;
  readonly #clocks = new SenderClocks();
  readonly #late: LateRequests;
  readonly #senders: ReplySenders;
  readonly #consumers = new Set<AnyConsumer>();
  readonly #shares = new Set<PartitionShare>();
  readonly #followers = new Set<Follower>();
  #isClosing = false;

  constructor(options: SubscriptionsOptions) {
    const { publishing, consuming } = options;
    const patience = new AbortController().signal;
    this.#options = options;
    this.#late = new LateRequests(options.log);
    this.#senders = new ReplySenders(options.log);
    this.#isUp = Promise.all([publishing.available(patience), consuming.available(patience)]);
  }

  /** The number of requests dropped because their deadline had passed. */
  get lateRequests(): number {
    return this.#late.count;
  }

  /** The number of events dropped because they had expired. */
  get expiredEvents(): number {
    return this.#late.expired;
  }

  /** The queues and feeds that cannot be read although the connections are up. */
  get unavailable(): readonly Unavailable[] {
    return [...this.#consumers, ...this.#followers].flatMap(({ source: name, trouble: reason }) =>
      reason === undefined ? [] : [{ kind: 'queue' as const, name, reason }],
    );
  }

  /** @throws TypeError if the topology has no such queue; RangeError if a limit is invalid. */
  consume(
    names: string | readonly string[],
    handler: BatchHandler,
    options?: ConsumeOptions,
  ): QueueSubscription {
    const queues = findAllConsumed(this.#options.topology(), [names].flat());
    const { concurrency, each } = limitQueues(queues, options);
    const slots = new WorkSlots(concurrency);
    const suspects = queues.length > 1 ? new SuspectLine() : undefined;
    const consumers = each.flatMap((limits, i) => {
      const queue = queues[i];
      if (!queue) return [];
      const work = { handler, slots, suspects, limits, ...this.#partsFor(queue) };
      if (!queue.isOrdered) return new Consumer(work);
      return new OrderedConsumer({ ...work, orderingKey: options?.orderingKey });
    });
    const parts = consumers.map((consumer) => ({
      queue: consumer.source,
      subscription: this.#keepConsumer(consumer),
    }));
    return joinSubscriptions(parts, this.#share(consumers.filter((each) => each instanceof OrderedConsumer)));
  }

  /** @throws TypeError if the topology has no such feed. */
  follow(feed: string, listener: FeedListener, options: FollowOptions): Subscription {
    const { topology, consuming, unreadableAfterMs, log } = this.#options;
    assertFeed(topology(), feed);
    const prerequisite = this.#prerequisiteOf(feed);
    const follower = new Follower({
      ...options,
      connection: consuming,
      feed,
      prerequisite,
      listener,
      unreadableAfterMs,
      log,
    });
    return this.#keep(this.#followers, follower);
  }

  /**
   * Ends them all; aborts the handlers' signals shortly before the timeout, and abandons handlers that still
   * run then.
   */
  async close(timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    const consumers = [...this.#consumers];
    const closing = Promise.all(
      [...this.#shares, ...consumers, ...this.#followers].map((each) => each.close()),
    );
    if (await settlesWithin(closing, timeoutMs * (1 - abortShare))) return;
    const reason = new Error('the bus is closing');
    for (const consumer of consumers) consumer.abort(reason);
    this.#senders.abort(reason);
    await settlesWithin(closing, timeoutMs * abortShare);
  }

  #partsFor({ name: queue, kind, deliveryLimit, returnsTo }: ConsumedQueue) {
    const { publishing, consuming, replies, returns, log } = this.#options;
    const declare = async (): Promise<void> => publishing.session?.declare();
    const senders = this.#senders;
    return {
      connection: consuming,
      queue,
      kind,
      prerequisite: kind === 'foreign' ? this.#foreignPrerequisite(queue) : this.#prerequisiteOf(queue),
      clocks: this.#clocks,
      late: this.#late,
      deliveryLimit,
      settler: new Settler({ queue: returnsTo, kind, replies, senders, returns, declare, log }),
      log,
    };
  }

  #share(consumers: readonly OrderedConsumer[]): PartitionShare | undefined {
    if (consumers.length === 0) return undefined;
    const { consuming: connection } = this.#options;
    const groups = [...groupQueues(consumers, ({ queue }) => queue)].map(([queue, members]) => ({
      consumers: members,
      presence: new GroupPresence({ connection, queue, prerequisite: this.#prerequisiteOf(queue) }),
    }));
    const share = new PartitionShare(groups);
    this.#shares.add(share);
    return share;
  }

  #keepConsumer(consumer: AnyConsumer): QueueSubscription {
    const kept = this.#keep(this.#consumers, consumer);
    return {
      ...kept,
      get trouble() {
        return kept.trouble;
      },
      get active() {
        return consumer instanceof OrderedConsumer ? consumer.active : [];
      },
      pause: () => consumer.pause(),
      resume: () => consumer.resume(),
    };
  }

  #prerequisiteOf(queue: string): Prerequisite {
    const { state } = this.#options;
    return {
      refusal: () => state.refusalOfQueue(queue),
      available: (signal) => state.available(queue, signal),
    };
  }

  #foreignPrerequisite(queue: string): Prerequisite {
    const { foreign } = this.#options;
    return {
      refusal: () => foreign.refusalOf('queue', queue),
      available: (signal) => foreign.available(queue, signal),
    };
  }

  /** A subscription created while the bus closes is closed at once. */
  #keep<T extends Subscription>(kept: Set<T>, subscription: T): Subscription {
    const close = (): Promise<void> => subscription.close().finally(() => kept.delete(subscription));
    kept.add(subscription);
    if (this.#isClosing) void close();
    return {
      ready: subscription.ready.then(() => this.#isUp).then(() => undefined),
      get trouble() {
        return subscription.trouble;
      },
      close,
    };
  }
}
