import { setImmediate as nextTurn } from 'node:timers/promises';
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
  RequestOptions,
  Subscription,
  TopologyReplacement,
  Unavailable,
} from '../contract/bus.ts';
import { resolveConsumeLimits, shareLimits } from '../contract/consume-limits.ts';
import { deadLetterQueue, type DecideDeadLetter, type BrowsedDeadLetters } from '../contract/dead-letter.ts';
import { BusError } from '../contract/errors.ts';
import { findLeftBehind, type LeftBehind } from '../contract/left-behind.ts';
import { assertTopology } from '../dispatch/assert-topology.ts';
import { findAllConsumed } from '../dispatch/consumed-queue.ts';
import { joinSubscriptions } from '../dispatch/join-subscriptions.ts';
import { WorkSlots } from '../dispatch/work-slots.ts';
import type { Routable } from '../dispatch/binding-matcher.ts';
import { LateRequests } from '../dispatch/late-requests.ts';
import {
  assertFeed,
  assertWorkQueue,
  type Log,
  settlesWithin,
  silentLog,
  type Topology,
} from '@restmapper/core';
import type { Message, Reply } from '../contract/message.ts';
import { PendingRequests } from '../dispatch/pending-requests.ts';
import { declaredQueues, type QueueDepth } from '../contract/queue-depth.ts';
import { assertSendable } from '../contract/sendable.ts';
import { browseDeadLetters } from './browse-dead-letters.ts';
import { MemoryBroker } from './memory-broker.ts';
import type { Destination } from './memory-broker.ts';
import { QueueConsumer, type QueueConsumerOptions } from './queue-consumer.ts';
import { StatusBoard } from './status-board.ts';
import { copyMessage } from './stored-message.ts';
import type { PostedRequest } from './stored-message.ts';

export interface OpenMemoryBusOptions {
  readonly topology: Topology;
  /** The broker shared with other buses of the process. @default a separate broker */
  readonly broker?: MemoryBroker;
  /** The maximum number of waiting requests; further ones are refused as OVERLOADED. @default 10000 */
  readonly maxPendingRequests?: number;
  readonly log?: Log;
}

/**
 * Opens a bus within this process. It is up at once; its messages are lost with the process.
 *
 * ```ts
 * import { openMemoryBus } from '@restmapper/bus';
 * import { createMessageId } from '@restmapper/core';
 *
 * const bus = openMemoryBus({
 *   topology: {
 *     exchanges: [{ name: 'orders', type: 'fanout' }],
 *     queues: [{ kind: 'feed', name: 'feed:orders', maxBytes: 1_000_000, maxAgeSeconds: 3600 }],
 *     bindings: [{ exchange: 'orders', queue: 'feed:orders', routingKey: '' }],
 *   },
 * });
 * bus.follow('feed:orders', ({ body }) => console.log(String(body)), { from: 'first' }); // {"count":2}
 * const message = {
 *   body: Buffer.from('{"count":2}'),
 *   messageId: createMessageId(),
 *   type: 'POST /orders',
 *   timestampMs: Date.now(),
 *   headers: {},
 * };
 * await bus.publish('orders', message, { deadlineEpochMs: Date.now() + 5_000 });
 * await bus.close();
 * ```
 */
export function openMemoryBus(options: OpenMemoryBusOptions): Bus {
  return new MemoryBus(options);
}

class MemoryBus implements Bus {
  readonly #broker: MemoryBroker;
  readonly #pending: PendingRequests;
  readonly #log: Log;
  readonly #late: LateRequests;
  readonly #status = new StatusBoard({ state: 'up', reason: '' });
  readonly #consumers = new Set<QueueConsumer>();
  readonly #unfollows = new Set<() => void>();
  readonly #stopWatching: () => void;
  #topology: Topology;
  #unconfirmed = 0;
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
    this.#pending = new PendingRequests({ max: maxPendingRequests });
    broker.declare(topology);
    this.#stopWatching = broker.onBlocked(() => this.#showBlocked());
    this.#showBlocked();
  }

  get status(): BusStatus {
    return this.#status.current;
  }

  /** The foreign exchanges that are not declared; everything else exists as long as the process. */
  get unavailable(): readonly Unavailable[] {
    if (this.status.state === 'down') return [];
    const { exchanges = [] } = this.#topology.foreign ?? {};
    const missing = exchanges.filter((name) => !this.#broker.hasExchange(name));
    return missing.map((name) => ({ kind: 'exchange', name, reason: `the exchange ${name} does not exist` }));
  }

  get stats(): BusStats {
    const { size: pendingRequests, lateReplies } = this.#pending;
    const lateRequests = this.#late.count;
    return { unconfirmed: this.#unconfirmed, pendingRequests, lateReplies, lateRequests, reconnects: 0 };
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    return this.#status.listen(listener);
  }

  async publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    assertSendable(exchange, message, options);
    this.#assertTakesMessages();
    if (options.deadlineEpochMs <= Date.now()) {
      throw new BusError('PUBLISH_TIMEOUT', 'the deadline had passed; nothing was sent');
    }
    post(this.#route(exchange, { routingKey: options.routingKey ?? '', headers: message.headers }), message);
    this.#unconfirmed += 1;
    // Yields, so that a publish loop cannot starve the event loop.
    await nextTurn();
    this.#unconfirmed -= 1;
  }

  async request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    assertSendable(exchange, message, options);
    this.#assertTakesMessages();
    const { deadlineEpochMs } = options;
    if (deadlineEpochMs <= Date.now()) {
      throw new BusError('RPC_TIMEOUT', 'the deadline had passed; nothing was sent');
    }
    const destinations = this.#route(exchange, { routingKey: exchange, headers: message.headers });
    if (!destinations.some(({ hasReaders }) => hasReaders))
      throw new BusError('NO_WORKER', `nothing consumes ${exchange}`);
    const { correlationId, reply } = this.#pending.add(options);
    const answer = (reply: Reply): void => this.#pending.resolve(correlationId, reply);
    post(destinations, message, { deadlineEpochMs, reply: answer });
    return reply;
  }

  consume(
    names: string | readonly string[],
    handler: BatchHandler,
    options?: ConsumeOptions,
  ): QueueSubscription {
    this.#assertOpen();
    const queues = findAllConsumed(this.#topology, [names].flat());
    const limits = resolveConsumeLimits(options, queues.length);
    const slots = new WorkSlots(limits.concurrency);
    const shares = shareLimits(limits, queues.length);
    return joinSubscriptions(
      queues.map(({ name: queue }, i) => ({
        queue,
        subscription: this.#consume(queue, { handler, slots, limits: shares[i] ?? limits }),
      })),
    );
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
    assertWorkQueue(this.#topology, queue);
    return browseDeadLetters(this.#broker.queue(deadLetterQueue(queue)), this.#broker.queue(queue), sorter);
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
    const consumers = [...this.#consumers];
    const drained = Promise.all(consumers.map((consumer) => consumer.close()));
    if (!(await settlesWithin(drained, deadlineMs - Date.now()))) {
      for (const consumer of consumers) consumer.abandon(new Error('the bus closed'));
    }
    this.#stopWatching();
    this.#status.set({ state: 'down', reason: 'closed' });
    await settlesWithin(this.#pending.whenIdle(), deadlineMs - Date.now());
    this.#pending.failAll(new BusError('RPC_TIMEOUT', 'the bus closed before the reply came'));
  }

  #consume(queue: string, work: Omit<QueueConsumerOptions, 'late' | 'log'>): QueueSubscription {
    const parts = { ...work, late: this.#late, log: this.#log };
    const consumer = new QueueConsumer(this.#broker.queue(queue), parts);
    this.#consumers.add(consumer);
    return {
      ready: Promise.resolve(),
      trouble: undefined,
      pause: async () => consumer.pause(),
      resume: () => consumer.resume(),
      close: async () => {
        await consumer.close();
        this.#consumers.delete(consumer);
      },
    };
  }

  #route(exchange: string, message: Routable): readonly Destination[] {
    const { exchanges, foreign } = this.#topology;
    if (!exchanges.some(({ name }) => name === exchange) && !foreign?.exchanges.includes(exchange))
      throw new BusError('UNROUTABLE', `the topology has no exchange ${exchange}`);
    const missing = this.unavailable.find(({ name }) => name === exchange);
    if (missing) throw new BusError('NOT_DECLARED', missing.reason);
    const destinations = this.#broker.route(exchange, message);
    if (destinations.length === 0) throw new BusError('UNROUTABLE', `no queue is bound to ${exchange}`);
    return destinations;
  }

  #assertOpen(): void {
    if (this.#closed) throw new BusError('BROKER_UNAVAILABLE', 'the bus is closed');
  }

  #assertTakesMessages(): void {
    const { state, reason } = this.status;
    if (state === 'down') throw new BusError('BROKER_UNAVAILABLE', `the bus is ${reason}`);
    if (state === 'blocked') throw new BusError('BROKER_BLOCKED', reason);
  }

  #showBlocked(): void {
    const reason = this.#broker.blockedReason;
    if (reason !== '') this.#log.warn({ reason }, 'the message bus is blocked');
    this.#status.set({ state: reason === '' ? 'up' : 'blocked', reason });
  }
}

function post(destinations: readonly Destination[], message: Message, request?: PostedRequest): void {
  const posted = { message: copyMessage(message), request };
  for (const destination of destinations) destination.post(posted);
}
