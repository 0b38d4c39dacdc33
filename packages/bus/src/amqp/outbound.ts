import { settlesWithin, type Topology } from '@restmapper/core';
import type {
  BusStats,
  PublishOptions,
  RequestManyOptions,
  RequestOptions,
  Unavailable,
} from '../contract/bus.ts';
import { BusError, type BusErrorCode } from '../contract/errors.ts';
import type { Message, Reply } from '../contract/message.ts';
import { busHeaders } from '../contract/bus-headers.ts';
import { assertSendable } from '../contract/sendable.ts';
import type { RecoveringConnection } from './connection/recovering-connection.ts';
import { ManyRequester } from './publishing/many-requester.ts';
import { Publishers } from './publishing/publishers.ts';
import { Requester } from './publishing/requester.ts';
import type { UsedTopology } from './topology/current-topology.ts';
import type { ForeignObjects } from './topology/foreign-objects.ts';
import type { TopologyState } from './topology/topology-state.ts';
import { UnroutableRepair } from './topology/unroutable-repair.ts';
import type { Outgoing } from './wire/outgoing.ts';
import { toProperties } from './wire/properties.ts';

export interface OutboundOptions {
  readonly topology: Topology;
  readonly state: TopologyState;
  readonly foreign: ForeignObjects;
  readonly publishing: RecoveringConnection;
  readonly consuming: RecoveringConnection;
}

/** Sends the events and requests of one bus, unless its topology does not allow it. */
export class Outbound {
  readonly publishers: Publishers;
  readonly #state: TopologyState;
  readonly #foreign: ForeignObjects;
  readonly #requester: Requester;
  readonly #manyRequester: ManyRequester;
  readonly #repair: UnroutableRepair;
  /** The exchanges, and the foreign ones among them. */
  #exchanges: ReadonlySet<string> = new Set();
  #foreignExchanges: ReadonlySet<string> = new Set();
  #requested: ReadonlySet<string> = new Set();
  #isRefusing = false;

  constructor({ topology, state, foreign, publishing, consuming }: OutboundOptions) {
    this.#state = state;
    this.#foreign = foreign;
    this.publishers = new Publishers(publishing);
    const { requests: publisher } = this.publishers;
    const onRepliesOpen = (): void => foreign.lookAgain();
    this.#requester = new Requester({ connection: consuming, publisher, onRepliesOpen });
    this.#manyRequester = new ManyRequester({
      connection: consuming,
      publisher,
      trafficOf: (exchange, options) => this.#requester.trafficOf(exchange, options),
    });
    this.#repair = new UnroutableRepair(topology, async () => publishing.session?.declare());
  }

  get stats(): Omit<BusStats, 'lateRequests' | 'expiredEvents' | 'reconnects'> {
    const { pendingRequests, lateReplies } = this.#requester.stats;
    const many = this.#manyRequester.stats;
    return {
      unconfirmed: this.publishers.unconfirmed,
      pendingRequests,
      replyStreams: many.replyStreams,
      lateReplies: lateReplies + many.lateReplies,
    };
  }

  /** The name of the queue for replies, while they can arrive. */
  get replyQueue(): string | undefined {
    return this.#requester.replyQueue;
  }

  /** The channels that cannot be opened although the connections are up. */
  get unavailable(): readonly Unavailable[] {
    const awaited = this.#requester.trouble ?? this.#manyRequester.trouble;
    const troubles = [...this.publishers.troubles, ['awaited replies', awaited] as const];
    return troubles.flatMap(([name, reason]) =>
      reason === undefined ? [] : [{ kind: 'channel' as const, name, reason }],
    );
  }

  use({ topology, use }: UsedTopology): void {
    const { exchanges: others = [], queues = [] } = topology.foreign ?? {};
    this.#exchanges = new Set([...topology.exchanges.map(({ name }) => name), ...others]);
    this.#foreignExchanges = new Set(others);
    this.#requested = new Set(queues);
    this.#repair.replace(topology);
    this.#requester.use(topology, use);
  }

  async publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    this.#admit(exchange, message, options);
    const { body } = message;
    const properties = toProperties(message);
    const { routingKey = '', deadlineEpochMs, expiresEpochMs } = options;
    if (expiresEpochMs !== undefined) properties.headers[busHeaders.expires] = expiresEpochMs;
    const outgoing = { exchange, routingKey, body, properties, deadlineEpochMs };
    if (this.#foreignExchanges.has(exchange)) return await this.#publishAway(outgoing);
    try {
      await this.publishers.events.publish(outgoing);
    } catch (error) {
      if (exchange !== '') this.#repair.onFailure(error, exchange, { routingKey, headers: message.headers });
      else if (hasCode(error, 'UNROUTABLE')) this.#foreign.lookAgain();
      throw error;
    }
  }

  async request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    this.#admitRequest(exchange, message, options);
    try {
      return await this.#requester.request(exchange, message, options);
    } catch (error) {
      this.#onRequestFailure(error, { exchange, message, options });
      throw error;
    }
  }

  requestMany(exchange: string, message: Message, options: RequestManyOptions): AsyncIterable<Reply> {
    return this.#manyRequester.request({
      exchange,
      message,
      options,
      admit: () => this.#admitRequest(exchange, message, options),
      onFailure: (error) => this.#onRequestFailure(error, { exchange, message, options }),
    });
  }

  /** Refuses further messages, and waits for those in flight. */
  async close(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    const leftMs = (): number => Math.max(0, end - performance.now());
    this.#isRefusing = true;
    await Promise.all([this.#requester, this.#manyRequester].map((each) => each.finish(leftMs())));
    await settlesWithin(this.publishers.whenIdle(), leftMs());
    const channels = [this.#requester, this.#manyRequester, this.publishers];
    await settlesWithin(Promise.all(channels.map((owner) => owner.close())), leftMs());
    this.#repair.close();
  }

  /** A missing exchange closes the channel, so these messages have one of their own. */
  async #publishAway(outgoing: Outgoing): Promise<void> {
    try {
      await this.publishers.away.publish(outgoing);
    } catch (error) {
      if (hasCode(error, 'PUBLISH_TIMEOUT', 'BROKER_UNAVAILABLE')) this.#foreign.lookAgain();
      throw error;
    }
  }

  #onRequestFailure(error: unknown, { exchange, message, options }: SentRequest): void {
    const { routingKey = exchange } = options;
    if (exchange !== '') this.#repair.onFailure(error, exchange, { routingKey, headers: message.headers });
    else if (hasCode(error, 'UNROUTABLE')) this.#foreign.lookAgain();
  }

  #admitRequest(exchange: string, message: Message, options: RequestOptions): void {
    options.signal?.throwIfAborted();
    this.#admit(exchange, message, options);
    if (options.deadlineEpochMs <= Date.now()) {
      throw new BusError('RPC_TIMEOUT', 'the deadline had passed; nothing was sent');
    }
  }

  /**
   * @throws TypeError if the message cannot be sent, BusError if the bus or its topology cannot accept it.
   */
  #admit(exchange: string, message: Message, options: PublishOptions): void {
    assertSendable(exchange, message, options);
    if (this.#isRefusing) throw new BusError('BROKER_UNAVAILABLE', 'the bus is closed');
    const refusal =
      exchange === '' ? this.#refusalOfQueue(options.routingKey ?? '') : this.#refusalOfExchange(exchange);
    if (refusal !== undefined) throw new BusError('NOT_DECLARED', refusal);
  }

  #refusalOfExchange(exchange: string): string | undefined {
    if (!this.#exchanges.has(exchange))
      throw new BusError('UNROUTABLE', `the topology has no exchange ${exchange}`);
    return this.#state.refusalOfExchange(exchange) ?? this.#foreign.refusalOf('exchange', exchange);
  }

  #refusalOfQueue(queue: string): string | undefined {
    if (!this.#requested.has(queue))
      throw new BusError('UNROUTABLE', `the topology has no foreign queue ${queue}`);
    return this.#foreign.refusalOf('queue', queue);
  }
}

interface SentRequest {
  readonly exchange: string;
  readonly message: Message;
  readonly options: RequestOptions;
}

function hasCode(error: unknown, ...codes: readonly BusErrorCode[]): boolean {
  return error instanceof BusError && codes.includes(error.code);
}
