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
import type { DecideDeadLetter, BrowsedDeadLetters } from '../contract/dead-letter.ts';
import { BusError } from '../contract/errors.ts';
import { findLeftBehind, type LeftBehind } from '../contract/left-behind.ts';
import { assertFeed, assertWorkQueue, settlesWithin } from '@restmapper/core';
import type { Message, Reply } from '../contract/message.ts';
import type { QueueDepth } from '../contract/queue-depth.ts';
import { assertSendable } from '../contract/sendable.ts';
import { assertTopology } from '../dispatch/assert-topology.ts';
import type { AmqpBusOptions } from './amqp-bus-options.ts';
import { BusState } from './connection/bus-state.ts';
import { browseDeadLetters } from './dead-letters/browse-dead-letters.ts';
import { CurrentTopology, type UsedTopology } from './topology/current-topology.ts';
import { ForeignExchanges } from './topology/foreign-exchanges.ts';
import { RecoveringConnection } from './connection/recovering-connection.ts';
import { lookUpNewestOffset } from './feeds/newest-offset.ts';
import { toProperties } from './wire/properties.ts';
import { Publishers } from './publishing/publishers.ts';
import { QueueInspector } from './topology/queue-inspector.ts';
import { Requester } from './publishing/requester.ts';
import { Subscriptions } from './consuming/subscriptions.ts';
import { useOfAll } from './topology/topology-plan.ts';
import { TopologyState } from './topology/topology-state.ts';
import { UnroutableRepair } from './topology/unroutable-repair.ts';

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
  readonly #current: CurrentTopology;
  readonly #publishing: RecoveringConnection;
  readonly #consuming: RecoveringConnection;
  readonly #state: BusState;
  readonly #topologyState: TopologyState;
  readonly #publishers: Publishers;
  readonly #requester: Requester;
  readonly #subscriptions: Subscriptions;
  readonly #inspector: QueueInspector;
  readonly #repair: UnroutableRepair;
  readonly #foreign: ForeignExchanges;
  #exchanges: ReadonlySet<string> = new Set();
  #isRefusing = false;
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
    this.#publishers = new Publishers(this.#publishing);
    const { requests: publisher, replies, returns } = this.#publishers;
    this.#requester = new Requester({ connection: this.#consuming, publisher });
    this.#foreign = new ForeignExchanges({ log, recheckMs, connection: this.#consuming });
    this.#repair = new UnroutableRepair(topology, async () => this.#publishing.session?.declare());
    const now = () => this.#current.topology;
    this.#inspector = new QueueInspector({ topology: now, connection: this.#consuming });
    this.#subscriptions = new Subscriptions({
      topology: now,
      state,
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
    return [...this.#channelTroubles, ...objects.values()];
  }

  get stats(): BusStats {
    const { unconfirmed } = this.#publishers;
    const { lateRequests } = this.#subscriptions;
    return { unconfirmed, lateRequests, reconnects: this.#state.reconnects, ...this.#requester.stats };
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    return this.#state.onChange(listener);
  }

  async publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    this.#admit(exchange, message, options);
    const { body } = message;
    const properties = toProperties(message);
    const { routingKey = '', deadlineEpochMs } = options;
    try {
      await this.#publishers.events.publish({ exchange, routingKey, body, properties, deadlineEpochMs });
    } catch (error) {
      this.#repair.onFailure(error, exchange, { routingKey, headers: message.headers });
      throw error;
    }
  }

  async request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    options.signal?.throwIfAborted();
    this.#admit(exchange, message, options);
    if (options.deadlineEpochMs <= Date.now()) {
      throw new BusError('RPC_TIMEOUT', 'the deadline had passed; nothing was sent');
    }
    try {
      return await this.#requester.request(exchange, message, options);
    } catch (error) {
      this.#repair.onFailure(error, exchange, { routingKey: exchange, headers: message.headers });
      throw error;
    }
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
    assertWorkQueue(this.#current.topology, queue);
    const { returns: publisher } = this.#publishers;
    return browseDeadLetters(queue, sorter, { connection: this.#consuming, publisher });
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

  #adopt({ topology, use }: UsedTopology): void {
    const others = topology.foreign?.exchanges ?? [];
    this.#exchanges = new Set([...topology.exchanges.map(({ name }) => name), ...others]);
    this.#repair.replace(topology);
    this.#requester.use(topology, use);
    this.#foreign.use(topology, use);
  }

  get #channelTroubles(): readonly Unavailable[] {
    const troubles = [...this.#publishers.troubles, ['awaited replies', this.#requester.trouble] as const];
    return troubles.flatMap(([name, reason]) =>
      reason === undefined ? [] : [{ kind: 'channel' as const, name, reason }],
    );
  }

  /**
   * @throws TypeError if the message cannot be sent, BusError if the bus or its topology cannot accept it.
   */
  #admit(exchange: string, message: Message, options: PublishOptions): void {
    assertSendable(exchange, message, options);
    if (this.#isRefusing) throw new BusError('BROKER_UNAVAILABLE', 'the bus is closed');
    if (!this.#exchanges.has(exchange)) {
      throw new BusError('UNROUTABLE', `the topology has no exchange ${exchange}`);
    }
    const refusal = this.#topologyState.refusalOfExchange(exchange) ?? this.#foreign.refusalOf(exchange);
    if (refusal !== undefined) throw new BusError('NOT_DECLARED', refusal);
  }

  /** Each step waits for the previous one while there is time; at the end, the sockets are destroyed. */
  async #close(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    const leftMs = (): number => Math.max(0, end - performance.now());

    this.#current.close();
    await this.#subscriptions.close(timeoutMs);
    this.#isRefusing = true;
    await this.#requester.finish(leftMs());
    await settlesWithin(this.#publishers.whenIdle(), leftMs());
    const channels = [this.#requester, this.#publishers];
    await settlesWithin(Promise.all(channels.map((owner) => owner.close())), leftMs());
    this.#repair.close();
    await settlesWithin(this.#foreign.close(), leftMs());
    this.#topologyState.close();
    this.#state.markClosed();
    await Promise.all([this.#publishing, this.#consuming].map((connection) => connection.close(leftMs())));
  }
}
