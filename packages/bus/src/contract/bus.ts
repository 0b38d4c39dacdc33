import type { Topology, TopologyUse } from '@restmapper/core';
import type { DecideDeadLetter, BrowsedDeadLetters } from './dead-letter.ts';
import type { LeftBehind } from './left-behind.ts';
import type { Delivery, FeedMessage, Message, Outcome, Reply } from './message.ts';
import type { QueueDepth } from './queue-depth.ts';

/**
 * Carries messages from whoever calls to whoever works, over RabbitMQ or within one process.
 *
 * A bus works with one topology, which it declares whenever it comes up and before anything is
 * published, until another takes its place. It reconnects by itself; its subscriptions are restored along with it.
 */
export interface Bus {
  readonly status: BusStatus;
  readonly stats: BusStats;
  /** The objects of the topology that cannot be used although the bus is up; empty while it is down. */
  readonly unavailable: readonly Unavailable[];

  /** Calls the listener at every change of status; returns the function that stops it. */
  onStatus(listener: (status: BusStatus) => void): () => void;

  /**
   * Sends an event to an exchange; resolves when every queue that it is routed to has it on disk.
   *
   * Always settles by the deadline.
   * @throws TypeError when the message cannot be sent at all, such as by a header that the bus itself sets.
   * @throws BusError BROKER_UNAVAILABLE, BROKER_BLOCKED, BROKER_REFUSED, NOT_DECLARED, OVERLOADED, UNROUTABLE,
   * or PUBLISH_TIMEOUT when the outcome is unknown.
   */
  publish(exchange: string, message: Message, options: PublishOptions): Promise<void>;

  /**
   * Sends a request to a direct exchange, with the exchange's name as routing key; resolves with the reply.
   *
   * Always settles by the deadline; the request expires with it. When the signal aborts, the wait
   * ends with the signal's reason.
   * @throws BusError as `publish`, and NO_WORKER at once when nothing consumes the queue, or
   * RPC_TIMEOUT when no reply came in time or none can come any more.
   */
  request(exchange: string, message: Message, options: RequestOptions): Promise<Reply>;

  /**
   * Hands the messages of a work, rpc or dead-letter queue, or of several, to a handler, until closed.
   *
   * Several queues share the concurrency and the prefetch. Each has its part of the prefetch, at least 1, and they take
   * turns where more wait than can be worked on; one that cannot be used leaves the others alone. A batch comes from one
   * queue. The subscription is ready when all of them are, and in trouble when one of them is.
   * @throws TypeError when the topology has no such queue; RangeError when an option is out of range.
   */
  consume(
    queues: string | readonly string[],
    handler: BatchHandler,
    options?: ConsumeOptions,
  ): QueueSubscription;

  /**
   * Hands the messages of a feed to a listener in order of their offsets, until closed.
   *
   * @throws TypeError when the topology has no such feed.
   */
  follow(feed: string, listener: FeedListener, options: FollowOptions): Subscription;

  /**
   * Resolves with the offset of a feed's newest message; `undefined` when it has none.
   *
   * @throws TypeError when the topology has no such feed.
   * @throws BusError BROKER_UNAVAILABLE when the broker does not answer in time.
   */
  newestOffset(feed: string): Promise<number | undefined>;

  /**
   * Tells how much each queue of the topology holds, dead letters and feeds included.
   *
   * May be about a second old; a queue that somebody deleted, or that this user may not see, is left out.
   * @throws BusError BROKER_UNAVAILABLE when the broker does not tell in time.
   */
  inspect(): Promise<readonly QueueDepth[]>;

  /**
   * Lets a callback decide about each dead letter of a work queue, oldest first.
   *
   * Covers the messages present at the start; other consumers cannot see them meanwhile. Messages that are kept
   * stay in order, except that RabbitMQ puts them last when the callback stops before more than 1,000. However
   * it ends, each message is where it was, in its work queue, or deleted as decided; one that is replayed
   * while the connection is lost may be in both, under one id.
   * @throws TypeError when the topology has no such work queue.
   * @throws BusError when the broker is lost, or does not take what is replayed: the rest stays.
   */
  browseDeadLetters(queue: string, decide: DecideDeadLetter): Promise<BrowsedDeadLetters>;

  /**
   * Replaces the topology while messages go on; resolves with what only the old one has, once the new one is declared.
   *
   * Objects that the broker has otherwise are `unavailable`, as when a bus is opened, and exchanges of others are looked
   * up afterwards. Nothing is deleted: subscriptions to queues that left go on until they are closed, and bindings that
   * left still route. While the bus is down the new topology counts at once, and is declared when the bus comes up;
   * otherwise it counts from when it is declared. Replacements take effect one after the other.
   * @throws TypeError when a binding of it makes no sense.
   * @throws BusError NOT_DECLARED when the broker lets this user use nothing of it, BROKER_UNAVAILABLE when the broker
   * does not answer, or the bus is closed; then the old topology still counts.
   */
  replaceTopology(next: TopologyReplacement): Promise<LeftBehind>;

  /** Ends the subscriptions, waits for what is in flight, disconnects; takes at most `timeoutMs`. */
  close(options?: CloseOptions): Promise<void>;
}

/** `blocked`: connected, but the broker takes no messages (RabbitMQ's memory or disk alarm). */
export interface BusStatus {
  readonly state: 'up' | 'blocked' | 'down';
  /** Why it is not up; empty when it is. */
  readonly reason: string;
}

/** An object of the broker that others depend on, and why it cannot be used. */
export interface Unavailable {
  /** `channel`: one of the bus's own channels, such as the one on which events are published. */
  readonly kind: 'exchange' | 'queue' | 'channel';
  readonly name: string;
  readonly reason: string;
}

/** Counts since the bus was opened, and sizes now. */
export interface BusStats {
  readonly unconfirmed: number;
  readonly pendingRequests: number;
  /** Replies that came after their request had ended. */
  readonly lateReplies: number;
  /** Requests that were dropped because their deadline had passed before a handler was free. */
  readonly lateRequests: number;
  /** Times the connection was lost and made again. */
  readonly reconnects: number;
}

export interface SendOptions {
  /** When the attempt ends, in epoch milliseconds. */
  readonly deadlineEpochMs: number;
}

export interface PublishOptions extends SendOptions {
  /** At most 255 bytes; a fanout exchange ignores it. @default '' */
  readonly routingKey?: string | undefined;
}

export interface RequestOptions extends SendOptions {
  readonly signal?: AbortSignal;
}

/**
 * Works through a batch and gives one outcome for each delivery, in the same order.
 *
 * It holds the deliveries as long as it runs. RabbitMQ takes them back after its `consumer_timeout`, 30 minutes
 * unless it is set. A handler that rejects has a defect: its batch is rejected with the error's message as the reason.
 * Deliveries that expire while waiting are never passed to it.
 * The signal aborts when the bus is closing and the grace period has run out, and when the channel is lost: then the
 * broker redelivers the batch, and its outcomes are ignored, except for replies.
 */
export type BatchHandler = (batch: readonly Delivery[], signal: AbortSignal) => Promise<readonly Outcome[]>;

export interface ConsumeOptions {
  /** Most deliveries handed over at once. @default 1 */
  readonly batchSize?: number;
  /** How long an incomplete batch waits for more, from its first delivery. @default 0 */
  readonly batchWaitMs?: number;
  /** Most batches in work at once. @default 1 */
  readonly concurrency?: number;
  /**
   * Most deliveries held unsettled; at least one for each queue.
   * @default three times `batchSize` × `concurrency`, of several queues at least two for each
   */
  readonly prefetch?: number;
}

/** Called in order; must neither throw nor wait. */
export type FeedListener = (message: FeedMessage) => void;

export interface FollowOptions {
  /**
   * `next`: what is published from now on; `first`: everything still held; or what follows an offset;
   * or the newest so many messages still held, perhaps some more, and what follows.
   */
  readonly from: 'next' | 'first' | { readonly after: number } | { readonly last: number };
  /** Called between two messages when the second does not follow the first; must neither throw nor wait. */
  readonly onBreak?: (why: FeedBreak) => void;
}

/**
 * `dropped`: messages left the feed before they could be read. `recreated`: the feed was deleted and
 * made again, or was to be read from an offset that it has not reached; what follows is the new one from its
 * beginning, with offsets of its own. `unreadable`: it has not been possible to read the feed for some
 * seconds, although the bus is up; once it can be read, anything missing is reported by another break.
 */
export type FeedBreak = 'dropped' | 'recreated' | 'unreadable';

export interface Subscription {
  /**
   * Resolves when messages flow for the first time; never before the bus is up. Ignoring it is safe.
   *
   * For the `last` messages of a feed: when those that were there have been handed over.
   */
  readonly ready: Promise<void>;
  /** Why nothing could be delivered for some seconds although the bus is up; `undefined` otherwise. */
  readonly trouble: string | undefined;
  /** Takes no more messages; resolves when those in work are settled. */
  close(): Promise<void>;
}

/** A subscription to a queue, which can be interrupted while its messages cannot be worked on. */
export interface QueueSubscription extends Subscription {
  /**
   * Takes no more messages, and releases those that no handler has started on. Running handlers finish.
   *
   * Resolves when the broker knows; a lost connection changes nothing. May be called before `ready`.
   */
  pause(): Promise<void>;
  /** Takes messages again. */
  resume(): void;
}

export interface TopologyReplacement {
  readonly topology: Topology;
  /** What of it has to be there. @default all of it */
  readonly use?: TopologyUse | undefined;
}

export interface CloseOptions {
  /** @default 10000 */
  readonly timeoutMs?: number;
}
