import { settlesWithin, type Topology } from '@restmapper/core';
import type {
  BusStats,
  PublishOptions,
  RequestManyOptions,
  RequestOptions,
  Unavailable,
} from '../contract/bus.ts';
import { BusError } from '../contract/errors.ts';
import type { Message, Reply } from '../contract/message.ts';
import { assertSendable } from '../contract/sendable.ts';
import type { RecoveringConnection } from './connection/recovering-connection.ts';
import { ManyRequester } from './publishing/many-requester.ts';
import { Publishers } from './publishing/publishers.ts';
import { Requester } from './publishing/requester.ts';
import type { UsedTopology } from './topology/current-topology.ts';
import type { ForeignExchanges } from './topology/foreign-exchanges.ts';
import type { TopologyState } from './topology/topology-state.ts';
import { UnroutableRepair } from './topology/unroutable-repair.ts';
import { toProperties } from './wire/properties.ts';

export interface OutboundOptions {
  readonly topology: Topology;
  readonly state: TopologyState;
  readonly foreign: ForeignExchanges;
  readonly publishing: RecoveringConnection;
  readonly consuming: RecoveringConnection;
}

/** Sends the events and requests of one bus, unless its topology does not allow it. */
export class Outbound {
  readonly publishers: Publishers;
  readonly #state: TopologyState;
  readonly #foreign: ForeignExchanges;
  readonly #requester: Requester;
  readonly #manyRequester: ManyRequester;
  readonly #repair: UnroutableRepair;
  #exchanges: ReadonlySet<string> = new Set();
  #isRefusing = false;

  constructor({ topology, state, foreign, publishing, consuming }: OutboundOptions) {
    this.#state = state;
    this.#foreign = foreign;
    this.publishers = new Publishers(publishing);
    const { requests: publisher } = this.publishers;
    this.#requester = new Requester({ connection: consuming, publisher });
    this.#manyRequester = new ManyRequester({
      connection: consuming,
      publisher,
      trafficOf: (exchange) => this.#requester.trafficOf(exchange),
    });
    this.#repair = new UnroutableRepair(topology, async () => publishing.session?.declare());
  }

  get stats(): Omit<BusStats, 'lateRequests' | 'reconnects'> {
    const { pendingRequests, lateReplies } = this.#requester.stats;
    const many = this.#manyRequester.stats;
    return {
      unconfirmed: this.publishers.unconfirmed,
      pendingRequests,
      replyStreams: many.replyStreams,
      lateReplies: lateReplies + many.lateReplies,
    };
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
    const others = topology.foreign?.exchanges ?? [];
    this.#exchanges = new Set([...topology.exchanges.map(({ name }) => name), ...others]);
    this.#repair.replace(topology);
    this.#requester.use(topology, use);
  }

  async publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    this.#admit(exchange, message, options);
    const { body } = message;
    const properties = toProperties(message);
    const { routingKey = '', deadlineEpochMs } = options;
    try {
      await this.publishers.events.publish({ exchange, routingKey, body, properties, deadlineEpochMs });
    } catch (error) {
      this.#repair.onFailure(error, exchange, { routingKey, headers: message.headers });
      throw error;
    }
  }

  async request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    this.#admitRequest(exchange, message, options);
    try {
      return await this.#requester.request(exchange, message, options);
    } catch (error) {
      this.#repair.onFailure(error, exchange, { routingKey: exchange, headers: message.headers });
      throw error;
    }
  }

  requestMany(exchange: string, message: Message, options: RequestManyOptions): AsyncIterable<Reply> {
    const { headers } = message;
    return this.#manyRequester.request({
      exchange,
      message,
      options,
      admit: () => this.#admitRequest(exchange, message, options),
      onFailure: (error) => this.#repair.onFailure(error, exchange, { routingKey: exchange, headers }),
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
    if (!this.#exchanges.has(exchange)) {
      throw new BusError('UNROUTABLE', `the topology has no exchange ${exchange}`);
    }
    const refusal = this.#state.refusalOfExchange(exchange) ?? this.#foreign.refusalOf(exchange);
    if (refusal !== undefined) throw new BusError('NOT_DECLARED', refusal);
  }
}
