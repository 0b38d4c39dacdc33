import { setImmediate as nextTurn } from 'node:timers/promises';
import { settlesWithin, type Topology } from '@restmapper/core';
import type {
  BusStats,
  BusStatus,
  PublishOptions,
  RequestManyOptions,
  RequestOptions,
  Unavailable,
} from '../contract/bus.ts';
import { BusError } from '../contract/errors.ts';
import type { Message, Reply } from '../contract/message.ts';
import { assertSendable } from '../contract/sendable.ts';
import type { Routable } from '../dispatch/binding-matcher.ts';
import type { IncomingReply } from '../dispatch/incoming-reply.ts';
import { PendingRequests } from '../dispatch/pending-requests.ts';
import { ReplyStreams } from '../dispatch/reply-streams.ts';
import { severalReplies } from '../dispatch/several-replies.ts';
import type { Destination, MemoryBroker } from './memory-broker.ts';
import { ReplyInbox } from './reply-inbox.ts';
import { copyMessage, type Posted } from './stored-message.ts';

export interface MemoryOutboundOptions {
  readonly broker: MemoryBroker;
  readonly maxPendingRequests: number;
  /** The current one. */
  readonly topology: () => Topology;
  readonly status: () => BusStatus;
}

/** Sends the events and requests of one bus, unless its topology does not allow it. */
export class MemoryOutbound {
  readonly #options: MemoryOutboundOptions;
  readonly #pending: PendingRequests;
  readonly #streams = new ReplyStreams();
  #unconfirmed = 0;

  constructor(options: MemoryOutboundOptions) {
    this.#options = options;
    this.#pending = new PendingRequests({ max: options.maxPendingRequests });
  }

  get stats(): Omit<BusStats, 'lateRequests' | 'expiredEvents' | 'reconnects'> {
    const { size: pendingRequests } = this.#pending;
    const lateReplies = this.#pending.lateReplies + this.#streams.lateReplies;
    const { size: replyStreams } = this.#streams;
    return { unconfirmed: this.#unconfirmed, pendingRequests, replyStreams, lateReplies };
  }

  /** The foreign exchanges and queues that are not declared. */
  get unavailable(): readonly Unavailable[] {
    const { broker, topology } = this.#options;
    const { exchanges = [], queues = [], consumed = [] } = topology().foreign ?? {};
    const read = consumed.map(({ name }) => name);
    return [
      ...exchanges.filter((name) => !broker.hasExchange(name)).map((name) => missing('exchange', name)),
      ...[...new Set([...queues, ...read])]
        .filter((name) => !broker.hasQueue(name))
        .map((name) => missing('queue', name)),
    ];
  }

  async publish(exchange: string, message: Message, options: PublishOptions): Promise<void> {
    assertSendable(exchange, message, options);
    this.#assertTakesMessages();
    if (options.deadlineEpochMs <= Date.now()) {
      throw new BusError('PUBLISH_TIMEOUT', 'the deadline had passed; nothing was sent');
    }
    const { routingKey = '', expiresEpochMs } = options;
    const destinations =
      exchange === ''
        ? this.#findForeign(routingKey)
        : this.#route(exchange, { routingKey, headers: message.headers });
    post(destinations, { message, routingKey: exchange === '' ? '' : routingKey, expiresEpochMs });
    this.#unconfirmed += 1;
    // Yields, so that a publish loop cannot starve the event loop.
    await nextTurn();
    this.#unconfirmed -= 1;
  }

  async request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    const destinations = this.#findWorkers(exchange, message, options);
    const { deadlineEpochMs } = options;
    const { correlationId, reply } = this.#pending.add(options);
    const answer = (reply: Reply): void => this.#pending.resolve(correlationId, reply);
    const refuse = (): void => this.#pending.refuse(correlationId, severalReplies());
    const request = { deadlineEpochMs, reply: answer, many: { isAccepted: false, refuse } } as const;
    post(destinations, { message, routingKey: routingKeyOf(exchange, options), request });
    options.onConfirm?.();
    return reply;
  }

  requestMany(exchange: string, message: Message, options: RequestManyOptions): AsyncIterable<Reply> {
    const { deadlineEpochMs, idleMs } = options;
    let inbox: ReplyInbox | undefined;
    return this.#streams.create(options, {
      send: async (receive) => {
        const destinations = this.#findWorkers(exchange, message, options);
        const opened = new ReplyInbox(receive);
        inbox = opened;
        const request = {
          deadlineEpochMs,
          reply: (reply: Reply) => opened.take(reply),
          many: { isAccepted: true, idleMs, send: (incoming: IncomingReply) => opened.send(incoming) },
        } as const;
        post(destinations, { message, routingKey: routingKeyOf(exchange, options), request });
      },
      close: () => inbox?.close(),
    });
  }

  /** Waits for the pending requests, then fails the rest. */
  async finish(timeoutMs: number): Promise<void> {
    await Promise.all([settlesWithin(this.#pending.whenIdle(), timeoutMs), this.#streams.finish(timeoutMs)]);
    this.#pending.failAll(new BusError('RPC_TIMEOUT', 'the bus closed before the reply came'));
  }

  /** Where a request goes. @throws BusError when it cannot be sent, or NO_WORKER. */
  #findWorkers(exchange: string, message: Message, options: RequestOptions): readonly Destination[] {
    assertSendable(exchange, message, options);
    this.#assertTakesMessages();
    if (options.deadlineEpochMs <= Date.now()) {
      throw new BusError('RPC_TIMEOUT', 'the deadline had passed; nothing was sent');
    }
    const { routingKey = exchange } = options;
    const destinations =
      exchange === ''
        ? this.#findForeign(routingKey)
        : this.#route(exchange, { routingKey, headers: message.headers });
    if (destinations.some(({ hasReaders }) => hasReaders)) return destinations;
    throw new BusError('NO_WORKER', `nothing consumes ${routingKey}`);
  }

  #findForeign(queue: string): readonly Destination[] {
    const { broker, topology } = this.#options;
    if (!topology().foreign?.queues?.includes(queue))
      throw new BusError('UNROUTABLE', `the topology has no foreign queue ${queue}`);
    if (!broker.hasQueue(queue)) throw new BusError('NOT_DECLARED', missing('queue', queue).reason);
    return [broker.queue(queue)];
  }

  #route(exchange: string, message: Routable): readonly Destination[] {
    const { broker, topology } = this.#options;
    const { exchanges, foreign } = topology();
    if (!exchanges.some(({ name }) => name === exchange) && !foreign?.exchanges.includes(exchange))
      throw new BusError('UNROUTABLE', `the topology has no exchange ${exchange}`);
    if (!broker.hasExchange(exchange))
      throw new BusError('NOT_DECLARED', missing('exchange', exchange).reason);
    const destinations = broker.route(exchange, message);
    if (destinations.length === 0) throw new BusError('UNROUTABLE', `no queue is bound to ${exchange}`);
    return destinations;
  }

  #assertTakesMessages(): void {
    const { state, reason } = this.#options.status();
    if (state === 'down') throw new BusError('BROKER_UNAVAILABLE', `the bus is ${reason}`);
    if (state === 'blocked') throw new BusError('BROKER_BLOCKED', reason);
  }
}

/** What a delivery says of a request's routing key: one to the queue itself has none. */
function routingKeyOf(exchange: string, { routingKey = exchange }: RequestOptions): string {
  return exchange === '' ? '' : routingKey;
}

function post(destinations: readonly Destination[], { message, ...others }: Posted): void {
  const posted = { ...others, message: copyMessage(message) };
  for (const destination of destinations) destination.post(posted);
}

function missing(kind: 'exchange' | 'queue', name: string): Unavailable {
  return { kind, name, reason: `the ${kind} ${name} does not exist` };
}
