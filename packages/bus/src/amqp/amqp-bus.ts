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
import { findLeftBehind, type LeftBehind } from '../contract/left-behind.ts';
import { assertFeed, settlesWithin } from '@restmapper/core';
import type { Message, Reply } from '../contract/message.ts';
import type { QueueDepth } from '../contract/queue-depth.ts';
import { assertTopology } from '../dispatch/assert-topology.ts';
import { findDeadLetterPlace } from '../dispatch/dead-letter-place.ts';
import type { AmqpBusOptions } from './amqp-bus-options.ts';
import { BusState } from './connection/bus-state.ts';
import { browseDeadLetters } from './dead-letters/browse-dead-letters.ts';
import { CurrentTopology, type UsedTopology } from './topology/current-topology.ts';
import { ForeignObjects } from './topology/foreign-objects.ts';
import { RecoveringConnection } from './connection/recovering-connection.ts';
import { lookUpNewestOffset } from './feeds/newest-offset.ts';
import { TracedSender } from '../dispatch/traced-sender.ts';
import { Outbound } from './outbound.ts';
import { QueueInspector } from './topology/queue-inspector.ts';
import { Subscriptions } from './consuming/subscriptions.ts';
import { useOfAll } from './topology/topology-plan.ts';
import { TopologyState } from './topology/topology-state.ts';

/**
 * Opens a bus over RabbitMQ, 3.10 or later; returns at once, even while the broker is down.
 *
 * ```ts
 * import { openAmqpBus } from '@restmapper/bus';
 * import { createMessageId, silentLog } from '@restmapper/core';
 *
 * const bus = openAmqpBus({
 *   urls: ['amqp://guest:guest@127.0.0.1:5672'],
 *   topology: {
 *     exchanges: [{ name: 'orders', type: 'direct' }],
 *     queues: [{ kind: 'rpc', name: 'orders' }],
 *     bindings: [{ exchange: 'orders', queue: 'orders', routingKey: 'orders' }],
 *   },
 *   name: 'example',
 *   log: silentLog,
 * });
 * const worker = bus.consume('orders', async (batch) =>
 *   batch.map(({ body }) => ({ kind: 'reply', body })),
 * );
 * await worker.ready;
 * const message = {
 *   body: Buffer.from('{"count":2}'),
 *   messageId: createMessageId(),
 *   type: 'GET /orders',
 *   timestampMs: Date.now(),
 *   headers: {},
 * };
 * const reply = await bus.request('orders', message, { deadlineEpochMs: Date.now() + 5_000 });
 * console.log(String(reply.body)); // {"count":2}
 * await bus.close();
 * ```
 */
export function openAmqpBus(options: AmqpBusOptions): Bus {
  return new AmqpBus(options);
}

/**
 * The bus over RabbitMQ: two connections, because the broker may block one that publishes, but never one that
 * only consumes.
 */
class AmqpBus implements Bus {
  readonly system = 'rabbitmq';
  readonly #current: CurrentTopology;
  readonly #publishing: RecoveringConnection;
  readonly #consuming: RecoveringConnection;
  readonly #state: BusState;
  readonly #topologyState: TopologyState;
  readonly #outbound: Outbound;
  readonly #sender: TracedSender;
  readonly #subscriptions: Subscriptions;
  readonly #inspector: QueueInspector;
  readonly #foreign: ForeignObjects;
  #closing: Promise<void> | undefined;

  constructor(options: AmqpBusOptions) {
    const { topology, log, use = useOfAll(topology), redeclareMs = 5_000 } = options;
    const { recheckMs = 10_000, unreadableAfterMs = 10_000 } = options;
    const declare = async (): Promise<void> => this.#consuming.session?.declare();
    const state = new TopologyState({ log, declare, redeclareMs });
    this.#topologyState = state;
    this.#current = new CurrentTopology({
      topology,
      use,
      connection: () => this.#consuming,
      onReplaced: (next) => this.#adopt(next),
      onDeclared: (refusals, declared) => state.set(refusals, declared),
    });
    this.#publishing = this.#createLink('publish', options);
    this.#consuming = this.#createLink('consume', options);
    const links = { publishing: this.#publishing, consuming: this.#consuming };
    this.#state = new BusState({ ...links, log });
    this.#foreign = new ForeignObjects({
      log,
      recheckMs,
      connection: this.#consuming,
      replyQueue: () => this.#outbound.replyQueue,
    });
    this.#outbound = new Outbound({ topology, state, foreign: this.#foreign, ...links });
    this.#sender = new TracedSender(this.#outbound, this.system);
    const { replies, returns } = this.#outbound.publishers;
    const now = () => this.#current.topology;
    this.#inspector = new QueueInspector({ topology: now, connection: this.#consuming });
    this.#subscriptions = new Subscriptions({
      topology: now,
      state,
      foreign: this.#foreign,
      unreadableAfterMs,
      log,
      ...links,
      replies,
      returns,
    });
    this.#adopt({ topology, use });
  }

  get status(): BusStatus {
    return this.#state.status;
  }

  get unavailable(): readonly Unavailable[] {
    if (this.status.state === 'down') return [];
    const objects = new Map(
      [
        ...this.#subscriptions.unavailable,
        ...this.#topologyState.unavailable,
        ...this.#foreign.unavailable,
      ].map((each) => [`${each.kind} ${each.name}`, each]),
    );
    return [...this.#outbound.unavailable, ...objects.values()];
  }

  get stats(): BusStats {
    const { lateRequests, expiredEvents } = this.#subscriptions;
    return { lateRequests, expiredEvents, reconnects: this.#state.reconnects, ...this.#outbound.stats };
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    return this.#state.onChange(listener);
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
    queues: string | readonly string[],
    handler: BatchHandler,
    options?: ConsumeOptions,
  ): QueueSubscription {
    return this.#subscriptions.consume(queues, handler, options);
  }

  follow(feed: string, listener: FeedListener, options: FollowOptions): Subscription {
    return this.#subscriptions.follow(feed, listener, options);
  }

  async newestOffset(feed: string): Promise<number | undefined> {
    assertFeed(this.#current.topology, feed);
    return lookUpNewestOffset(this.#consuming, feed);
  }

  inspect(): Promise<readonly QueueDepth[]> {
    return this.#inspector.inspect();
  }

  browseDeadLetters(queue: string, sorter: DecideDeadLetter): Promise<BrowsedDeadLetters> {
    const place = findDeadLetterPlace(this.#current.topology, queue);
    const { publishers } = this.#outbound;
    return browseDeadLetters(place, sorter, { connection: this.#consuming, publishers });
  }

  async replaceTopology({ topology, use = useOfAll(topology) }: TopologyReplacement): Promise<LeftBehind> {
    assertTopology(topology);
    return findLeftBehind(await this.#current.replace({ topology, use }), topology);
  }

  close({ timeoutMs = 10_000 }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  #createLink(purpose: string, options: AmqpBusOptions): RecoveringConnection {
    const { urls, name } = options;
    const { heartbeatSeconds = 10, connectTimeoutMs = 5000 } = options;
    return new RecoveringConnection({
      urls,
      name: `${name} ${purpose}`,
      heartbeatSeconds,
      connectTimeoutMs,
      declare: (model, signal) => this.#current.declare(model, signal),
    });
  }

  #adopt(next: UsedTopology): void {
    this.#outbound.use(next);
    this.#foreign.use(next.topology, next.use);
  }

  /** Each step waits for the previous one while there is time; at the end, the sockets are destroyed. */
  async #close(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    const leftMs = (): number => Math.max(0, end - performance.now());

    this.#current.close();
    await this.#subscriptions.close(timeoutMs);
    await this.#outbound.close(leftMs());
    await settlesWithin(this.#foreign.close(), leftMs());
    this.#topologyState.close();
    this.#state.markClosed();
    await Promise.all([this.#publishing, this.#consuming].map((connection) => connection.close(leftMs())));
  }
}
