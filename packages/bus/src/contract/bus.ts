import type { Topology, TopologyUse } from '@restmapper/core';
import type { DecideDeadLetter, BrowsedDeadLetters } from './dead-letter.ts';
import type { LeftBehind } from './left-behind.ts';
import type { Delivery, FeedMessage, Message, Outcome, Reply } from './message.ts';
import type { QueueDepth } from './queue-depth.ts';

/**
 * Carries messages from callers to workers, over RabbitMQ or within one process.
 *
 * A bus has one topology at a time, which it declares whenever it connects, before anything is published. It
 * reconnects automatically, and restores its subscriptions.
 */
export interface Bus {
  readonly system: MessagingSystem;
  readonly status: BusStatus;
  readonly stats: BusStats;
  /** The objects of the topology that cannot be used although the bus is up; empty while it is down. */
  readonly unavailable: readonly Unavailable[];

  /** Calls the listener on every change of status; returns a function that removes it. */
  onStatus(listener: (status: BusStatus) => void): () => void;

  /**
   * Publishes an event to an exchange; resolves when every queue that it is routed to has it on disk.
   *
   * A foreign queue gets it from the default exchange, `''`, with the queue's name as routing key.
   *
   * Always settles by the deadline.
   * @throws TypeError if the message is invalid, for example because of a reserved header.
   * @throws BusError BROKER_UNAVAILABLE, BROKER_BLOCKED, BROKER_REFUSED, NOT_DECLARED, OVERLOADED,
   * UNROUTABLE, or PUBLISH_TIMEOUT when the outcome is unknown.
   */
  publish(exchange: string, message: Message, options: PublishOptions): Promise<void>;

  /**
   * Sends a request to a direct exchange; resolves with the reply.
   *
   * A foreign queue gets its requests from the default exchange, `''`, with the queue's name as routing key.
   *
   * Always settles by the deadline; the request expires with it. When the signal aborts, the wait ends with
   * the signal's reason.
   * @throws BusError like `publish`, and NO_WORKER at once if the queue has no consumer, or RPC_TIMEOUT if no
   * reply arrived in time or none can arrive any more.
   */
  request(exchange: string, message: Message, options: RequestOptions): Promise<Reply>;

  /**
   * Sends a request like `request`, and iterates over its replies, of which there may be any number.
   *
   * The request is sent when the iteration begins, of which there is one. The deadline holds until the first reply,
   * `idleMs` between two, both only while the iterator waits. The worker sends no faster than the replies are read: up
   * to 16 wait, each of at most {@link maxPartBytes}. The iteration ends after the last reply; it never ends early
   * without an error. It may be left at any time, by the iterator's `return()` or the signal; the worker then stops.
   * A worker that sends one reply in the usual way answers with that one.
   * @throws BusError like `request`, OVERLOADED beyond 200 iterations at once, RPC_TIMEOUT also if a further reply did
   * not arrive in time or the connection was lost, BAD_REPLY if a reply is missing, WORKER_ERROR if the worker failed.
   */
  requestMany(exchange: string, message: Message, options: RequestManyOptions): AsyncIterable<Reply>;

  /**
   * Hands the messages of a work, rpc or dead-letter queue, or of several, to a handler, until closed.
   *
   * Several queues share the concurrency and the prefetch. Each has its part of the prefetch, at least 1, and
   * they take turns if more messages wait than can be processed; one that cannot be used leaves the others
   * alone. A batch comes from one queue. The subscription is ready when all of them are, and in trouble when
   * one of them is.
   * @throws TypeError if the topology has no such queue; RangeError if an option is out of range.
   */
  consume(
    queues: string | readonly string[],
    handler: BatchHandler,
    options?: ConsumeOptions,
  ): QueueSubscription;

  /**
   * Passes the messages of a feed to a listener in offset order, until closed.
   *
   * @throws TypeError if the topology has no such feed.
   */
  follow(feed: string, listener: FeedListener, options: FollowOptions): Subscription;

  /**
   * Resolves with the offset of a feed's newest message; `undefined` if it is empty.
   *
   * @throws TypeError if the topology has no such feed.
   * @throws BusError BROKER_UNAVAILABLE if the broker does not answer in time.
   */
  newestOffset(feed: string): Promise<number | undefined>;

  /**
   * Resolves with the depth of each queue of the topology, dead-letter queues and feeds included.
   *
   * The result may be about a second old; deleted queues, and those hidden from this user, are omitted.
   * @throws BusError BROKER_UNAVAILABLE if the broker does not answer in time.
   */
  inspect(): Promise<readonly QueueDepth[]>;

  /**
   * Lets a callback decide about each dead letter of a work queue, or each message in an `unrouted` queue, oldest first.
   *
   * Covers the messages present at the start; other consumers cannot see them meanwhile. Messages that are
   * kept stay in order, except that RabbitMQ puts them last when the callback stops before more than 1,000.
   * However it ends, each message is in its place, in its work queue, or deleted as decided; one replayed
   * while the connection is lost may be in both, with the same id.
   * @throws TypeError if the topology has no such queue.
   * @throws BusError if the broker is lost, or does not accept a replayed message: the rest stays.
   */
  browseDeadLetters(queue: string, decide: DecideDeadLetter): Promise<BrowsedDeadLetters>;

  /**
   * Replaces the topology while messages flow; resolves with the objects that only the old one has, once the
   * new one is declared.
   *
   * Objects that differ on the broker are `unavailable`, as when a bus is opened, and foreign exchanges are
   * looked up afterwards. Nothing is deleted: subscriptions to removed queues continue until they are closed,
   * and removed bindings still route. While the bus is down the new topology takes effect at once, and is
   * declared when the bus comes up; otherwise it takes effect when it is declared. Replacements are applied
   * in sequence.
   * @throws TypeError if one of its bindings is invalid.
   * @throws BusError NOT_DECLARED if this user may use none of it, BROKER_UNAVAILABLE if the broker does not
   * answer, or the bus is closed; then the old topology stays in effect.
   */
  replaceTopology(next: TopologyReplacement): Promise<LeftBehind>;

  /** Ends the subscriptions, waits for messages in flight, disconnects; takes at most `timeoutMs`. */
  close(options?: CloseOptions): Promise<void>;
}

/** What carries the messages; the attribute `messaging.system` of spans. */
export type MessagingSystem = 'rabbitmq' | 'memory';

/** `blocked`: connected, but the broker accepts no messages (RabbitMQ's memory or disk alarm). */
export interface BusStatus {
  readonly state: 'up' | 'blocked' | 'down';
  /** Why it is not up; empty if it is. */
  readonly reason: string;
}

/** An object on the broker that cannot be used, with the reason. */
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
  /** Iterations over the replies of `requestMany`. */
  readonly replyStreams: number;
  /** Replies that arrived after their request had ended. */
  readonly lateReplies: number;
  /** Requests dropped because their deadline had passed before a handler was free. */
  readonly lateRequests: number;
  /** Events dropped because they had expired before a handler was free. */
  readonly expiredEvents: number;
  /** How often the connection was lost and reopened. */
  readonly reconnects: number;
}

export interface SendOptions {
  /** When the attempt ends, in epoch milliseconds. */
  readonly deadlineEpochMs: number;
}

export interface PublishOptions extends SendOptions {
  /** At most 255 bytes; a fanout exchange ignores it. @default '' */
  readonly routingKey?: string | undefined;
  /**
   * When no handler gets it any more, in epoch milliseconds; a feed shows it all the same. A dead letter of it that is
   * replayed does not expire.
   * @default never
   */
  readonly expiresEpochMs?: number | undefined;
}

export interface RequestOptions extends SendOptions {
  /** That of one of the exchange's queues; the name of a foreign queue, if the exchange is `''`. @default the exchange's name */
  readonly routingKey?: string | undefined;
  readonly signal?: AbortSignal;
  /** Called when the broker has confirmed the request, unless its reply is faster; not by `requestMany`. */
  readonly onConfirm?: () => void;
}

export interface RequestManyOptions extends RequestOptions {
  /** The maximum wait between two replies; a positive integer. */
  readonly idleMs: number;
}

/**
 * Processes a batch and returns one outcome per delivery, in the same order.
 *
 * It holds the deliveries while it runs. RabbitMQ takes them back after its `consumer_timeout`, 30 minutes by
 * default. A handler must not reject: if it does, its batch is rejected with the error's message as the
 * reason. Deliveries that expire while waiting are never passed to it. The signal aborts when the bus is
 * closing and the grace period has run out, and when the channel is lost: then the broker redelivers the
 * batch, and its outcomes are ignored, except for replies.
 */
export type BatchHandler = (batch: readonly Delivery[], signal: AbortSignal) => Promise<readonly Outcome[]>;

export interface ConsumeOptions {
  /** The maximum number of deliveries per batch. @default 1 */
  readonly batchSize?: number;
  /** How long an incomplete batch waits for more, from its first delivery. @default 0 */
  readonly batchWaitMs?: number;
  /** The maximum number of concurrent batches. @default 1 */
  readonly concurrency?: number;
  /**
   * Most deliveries held unsettled; at least one for each queue.
   * @default three times `batchSize` × `concurrency`, of several queues at least two for each; 200 of each ordered
   * queue, which should be the same in all processes
   */
  readonly prefetch?: number;
  /**
   * Of ordered queues: the key of a message. Those of one key are processed one after the other, in the order of their
   * queue; those of different keys beside each other. It must not throw.
   * @default all messages of a queue have the same key
   */
  readonly orderingKey?: (delivery: Delivery) => string;
}

/** Called in order; must neither throw nor wait. */
export type FeedListener = (message: FeedMessage) => void;

export interface FollowOptions {
  /**
   * `next`: messages published from now on; `first`: everything still held; or everything after an offset; or
   * a number of the newest held messages, perhaps some more, and everything after them.
   */
  readonly from: 'next' | 'first' | { readonly after: number } | { readonly last: number };
  /** Called between two messages when the second does not follow the first; must neither throw nor wait. */
  readonly onBreak?: (why: FeedBreak) => void;
}

/**
 * `dropped`: messages were evicted before they could be read. `recreated`: the feed was deleted and
 * recreated, or the requested offset is ahead of it; the new one follows from its beginning, with new
 * offsets. `unreadable`: the feed could not be read for some seconds, although the bus is up; once it can be
 * read, another break reports anything missing.
 */
export type FeedBreak = 'dropped' | 'recreated' | 'unreadable';

export interface Subscription {
  /**
   * Resolves when messages flow for the first time; never before the bus is up. Ignoring it is safe.
   *
   * For the `last` messages of a feed: when the messages present at the start have been delivered.
   */
  readonly ready: Promise<void>;
  /** Why nothing could be delivered for some seconds although the bus is up; `undefined` otherwise. */
  readonly trouble: string | undefined;
  /** Stops consuming; resolves when running messages are settled. */
  close(): Promise<void>;
}

/** A subscription to a queue, which can be paused while its messages cannot be processed. */
export interface QueueSubscription extends Subscription {
  /**
   * Stops consuming, and releases the messages that no handler has started on. Running handlers finish.
   *
   * Resolves when the broker knows; it also applies after a reconnect. May be called before `ready`. The messages of an
   * ordered queue stay with this consumer for half a minute, so that a short pause does not count against them.
   */
  pause(): Promise<void>;
  /** Resumes consuming. */
  resume(): void;
  /** The ordered queues whose messages this consumer gets right now, as far as it knows. @default none */
  readonly active?: readonly string[];
}

export interface TopologyReplacement {
  readonly topology: Topology;
  /** The part of it that must exist. @default all of it */
  readonly use?: TopologyUse | undefined;
}

export interface CloseOptions {
  /** @default 10000 */
  readonly timeoutMs?: number;
}
