import {
  type BatchHandler,
  type Bus,
  BusError,
  type ConsumeOptions,
  type Delivery,
  ExchangeGraph,
  type Message,
  type Outcome,
  type PublishOptions,
  type QueueSubscription,
  type Reply,
  type RequestManyOptions,
  type RequestOptions,
} from '@restmapper/bus';
import type { Topology } from '@restmapper/core';
import { readInputMessage, readMessage, readRawMessage } from './read-message.ts';
import type { Stubs } from './stubs.ts';
import type { TestDeadLetter, TestMessage } from './test-system.ts';
import type { Unfinished } from './unfinished.ts';

export interface RecordedBusOptions {
  readonly bus: Bus;
  readonly stubs: Stubs;
  readonly unfinished: Unfinished;
  /** Returns the topology now in force. */
  readonly topology: () => Topology;
  /** Whether the bodies of a source's messages are the data alone. */
  readonly isRaw: (endpoint: string) => boolean;
  /** Returns the name of the input whose messages a queue has. */
  readonly inputOf: (queue: string) => string | undefined;
}

/**
 * A bus that records the messages put on it, and answers the requests that have a stub.
 *
 * A failed attempt at an event is repeated without delay, so that a test need not wait for it.
 */
export class RecordedBus implements Bus {
  readonly messages: TestMessage[] = [];
  readonly deadLetters: TestDeadLetter[] = [];
  readonly #options: RecordedBusOptions;
  readonly #consumed = new Set<string>();

  constructor(options: RecordedBusOptions) {
    this.#options = options;
  }

  get system(): Bus['system'] {
    return this.#bus.system;
  }

  get status(): Bus['status'] {
    return this.#bus.status;
  }

  get stats(): Bus['stats'] {
    return this.#bus.stats;
  }

  get unavailable(): Bus['unavailable'] {
    return this.#bus.unavailable;
  }

  async publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    const { unfinished } = this.#options;
    const queues =
      exchange === '' ? [options.routingKey ?? ''] : this.#workQueuesOf(exchange, message, options);
    const recorded = this.#recordSent(message, exchange === '' ? {} : options);
    for (const queue of queues) unfinished.begin(queue, message.messageId);
    try {
      await this.#bus.publish(exchange, message, options);
    } catch (error) {
      if (this.#isForeign(exchange) && error instanceof BusError && error.code === 'UNROUTABLE') return;
      for (const queue of queues) unfinished.end(queue, message.messageId);
      this.messages.splice(this.messages.indexOf(recorded), 1);
      throw error;
    }
  }

  async request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    const { stubs } = this.#options;
    const recorded = this.#recordSent(message, options);
    const place = exchange || (options.routingKey ?? '');
    if (stubs.has(place)) return await stubs.reply(place, recorded, options.deadlineEpochMs);
    return await this.#bus.request(exchange, message, options);
  }

  async *requestMany(exchange: string, message: Message, options: RequestManyOptions): AsyncIterable<Reply> {
    const { stubs } = this.#options;
    const recorded = this.#recordSent(message, options);
    const place = exchange || (options.routingKey ?? '');
    if (stubs.has(place)) yield await stubs.reply(place, recorded, options.deadlineEpochMs);
    else yield* this.#bus.requestMany(exchange, message, options);
  }

  consume(
    queues: string | readonly string[],
    handler: BatchHandler,
    options?: ConsumeOptions,
  ): QueueSubscription {
    for (const queue of [queues].flat()) this.#consumed.add(queue);
    const recording: BatchHandler = async (batch, signal) => {
      const outcomes = await handler(batch, signal);
      return outcomes.map((outcome, index) => this.#record(batch[index], outcome));
    };
    return this.#bus.consume(queues, recording, options);
  }

  onStatus: Bus['onStatus'] = (listener) => this.#bus.onStatus(listener);
  follow: Bus['follow'] = (feed, listener, options) => this.#bus.follow(feed, listener, options);
  newestOffset: Bus['newestOffset'] = (feed) => this.#bus.newestOffset(feed);
  inspect: Bus['inspect'] = () => this.#bus.inspect();
  browseDeadLetters: Bus['browseDeadLetters'] = (queue, decide) => this.#bus.browseDeadLetters(queue, decide);
  replaceTopology: Bus['replaceTopology'] = (next) => this.#bus.replaceTopology(next);
  close: Bus['close'] = (options) => this.#bus.close(options);

  get #bus(): Bus {
    return this.#options.bus;
  }

  #recordSent(message: Message, { routingKey }: Pick<PublishOptions, 'routingKey'>): TestMessage {
    const read = this.#options.isRaw(message.type) ? readRawMessage(message) : readMessage(message);
    const recorded = { ...read, ...(routingKey !== undefined && { routingKey }) };
    this.messages.push(recorded);
    return recorded;
  }

  /** Other applications, with the queues of their exchanges, are not part of a test. */
  #isForeign(exchange: string): boolean {
    return this.#options.topology().foreign?.exchanges.includes(exchange) === true;
  }

  /** The queues that get a message of an exchange, and that a worker consumes. */
  #workQueuesOf(exchange: string, { headers }: Message, options: PublishOptions): readonly string[] {
    const graph = new ExchangeGraph();
    graph.declare(this.#options.topology());
    const { routingKey = '' } = options;
    return [...graph.route(exchange, { routingKey, headers })].filter((queue) => this.#consumed.has(queue));
  }

  #record(delivery: Delivery | undefined, outcome: Outcome): Outcome {
    if (!delivery || delivery.wantsReply) return outcome;
    if (outcome.kind === 'retry' && outcome.isFailure) return { ...outcome, delayMs: 0 };
    if (outcome.kind === 'requeue' || outcome.kind === 'release') return outcome;
    const { queue, messageId } = delivery;
    if (outcome.kind === 'reject') {
      const input = this.#options.inputOf(queue);
      const read = input === undefined ? readMessage(delivery) : readInputMessage(delivery, input);
      this.deadLetters.push({ ...read, queue, reason: outcome.reason });
    }
    this.#options.unfinished.end(queue, messageId);
    return outcome;
  }
}
