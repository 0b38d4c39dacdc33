import type { ConsumeMessage } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import type { BusStats, RequestOptions } from '../../contract/bus.ts';
import { BusError } from '../../contract/errors.ts';
import type { Message, Reply } from '../../contract/message.ts';
import { PendingRequests } from '../../dispatch/pending-requests.ts';
import type { PendingRequest } from '../../dispatch/pending-requests.ts';
import { severalReplies } from '../../dispatch/several-replies.ts';
import { isReplyPart, parseReplyHeaders } from '../../contract/reply-headers.ts';
import { longestTimerMs, settlesWithin, type Topology, type TopologyUse } from '@restmapper/core';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { hasOwnReplyExchange } from '../topology/topology-plan.ts';
import { toProperties } from '../wire/properties.ts';
import type { Publisher } from './publisher.ts';
import { ReplyQueue } from './reply-queue.ts';
import { ConsumerPresence } from './consumer-presence.ts';
import type { QueueTraffic } from './queue-traffic.ts';

/** The maximum number of waiting requests. */
export const maxPendingRequests = 10_000;

/** How long a request waits for the reply queue to be reopened. */
const linkWaitMs = 1000;

export interface RequesterOptions {
  /** The connection for replies. Never blocked, because nothing is published on it. */
  readonly connection: RecoveringConnection;
  readonly publisher: Publisher;
  /** Called when the reply queue is open, under another name each time. */
  readonly onRepliesOpen: () => void;
}

/** Sends requests to rpc queues, and passes each caller its own reply. */
export class Requester {
  readonly #pending = new PendingRequests({ max: maxPendingRequests });
  /** The queue of each exchange for requests without a routing key of their own, and those by routing key. */
  #queues: ReadonlyMap<string, string> = new Map();
  #keyed: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map();
  readonly #connection: RecoveringConnection;
  readonly #publisher: Publisher;
  readonly #onRepliesOpen: () => void;
  #hasOwnExchange = true;
  #ways: Ways | undefined;

  constructor({ connection, publisher, onRepliesOpen }: RequesterOptions) {
    this.#connection = connection;
    this.#publisher = publisher;
    this.#onRepliesOpen = onRepliesOpen;
  }

  /** Requests go to this topology from now on; where none are expected, the reply queue is opened with the first. */
  use(topology: Topology, { exchanges: used, requested: foreign = [] }: TopologyUse): void {
    const { exchanges, bindings } = topology;
    this.#hasOwnExchange = hasOwnReplyExchange(topology);
    const requested = bindings.filter(({ exchange, routingKey }) => routingKey === exchange);
    this.#queues = new Map(requested.map(({ exchange, queue }) => [exchange, queue]));
    this.#keyed = new Map(
      exchanges.map(({ name }) => {
        const own = bindings.filter(({ exchange }) => exchange === name);
        return [name, new Map(own.map(({ routingKey, queue }) => [routingKey, queue]))];
      }),
    );
    const isUsed = exchanges.some(({ type, name }) => type === 'direct' && used.includes(name));
    if (isUsed || foreign.length > 0) this.#open();
  }

  get stats(): Pick<BusStats, 'pendingRequests' | 'lateReplies'> {
    return { pendingRequests: this.#pending.size, lateReplies: this.#pending.lateReplies };
  }

  async request(exchange: string, message: Message, options: RequestOptions): Promise<Reply> {
    const pending = this.#pending.add(options);
    const { replies } = this.#open();
    const traffic = this.trafficOf(exchange, options);
    traffic?.begin();
    const sending = { exchange, traffic, replies, message, options, pending };
    // Sending never rejects: if it fails, so does the request, unless its reply has already arrived.
    void this.#send(sending).catch((error: unknown) => this.#pending.fail(pending.correlationId, error));
    try {
      const reply = await pending.reply;
      traffic?.markReply();
      return reply;
    } finally {
      traffic?.end();
    }
  }

  /** Waits for the requests in flight, then rejects the remaining ones. */
  async finish(timeoutMs: number): Promise<void> {
    await settlesWithin(this.#pending.whenIdle(), timeoutMs);
    this.#pending.failAll(unknown('the bus was closed'));
  }

  async close(): Promise<void> {
    await Promise.all([this.#ways?.replies.close(), this.#ways?.presence.close()]);
  }

  /** The name of the reply queue, while replies can arrive. */
  get replyQueue(): string | undefined {
    return this.#ways?.replies.name;
  }

  /** Why no replies can arrive, although the connection is up. */
  get trouble(): string | undefined {
    return this.#ways?.replies.trouble;
  }

  /** The requests to the queue of an exchange, or to a foreign queue. */
  trafficOf(exchange: string, { routingKey }: Pick<RequestOptions, 'routingKey'>): QueueTraffic | undefined {
    const queue = this.#queueOf(exchange, routingKey);
    return queue === undefined ? undefined : this.#open().presence.trafficOf(queue);
  }

  #queueOf(exchange: string, routingKey: string | undefined): string | undefined {
    if (routingKey === undefined) return this.#queues.get(exchange);
    return exchange === '' ? routingKey : this.#keyed.get(exchange)?.get(routingKey);
  }

  #open(): Ways {
    this.#ways ??= {
      presence: new ConsumerPresence(this.#connection),
      replies: new ReplyQueue(this.#connection, {
        hasOwnExchange: () => this.#hasOwnExchange,
        onOpen: this.#onRepliesOpen,
        onReply: (reply) => this.#receive(reply),
        onLost: () => this.#pending.failAll(unknown('the connection to the broker was lost')),
      }),
    };
    return this.#ways;
  }

  async #send({ exchange, traffic, replies, message, options, pending }: Sending): Promise<void> {
    // The normal path is synchronous: each await would cost more than what it waits for.
    const replyTo = replies.name ?? (await this.#nameOf(replies));
    if (traffic && !traffic.isProven) await findWorker(traffic);
    options.signal?.throwIfAborted();
    const { correlationId } = pending;
    const { deadlineEpochMs, routingKey = exchange } = options;
    await this.#publisher.publish({
      exchange,
      routingKey,
      body: message.body,
      properties: requestProperties(message, { replyTo, correlationId, deadlineEpochMs }),
      deadlineEpochMs,
    });
    options.onConfirm?.();
  }

  async #nameOf(replies: ReplyQueue): Promise<string> {
    try {
      return await replies.available(AbortSignal.timeout(linkWaitMs));
    } catch (cause) {
      throw new BusError(
        'BROKER_UNAVAILABLE',
        this.#connection.status.reason || 'the reply queue is being opened',
        {
          cause,
        },
      );
    }
  }

  #receive({ content, properties }: ConsumeMessage): void {
    const id = String(properties.correlationId);
    const { headers, contentType } = properties;
    if (isReplyPart(headers)) return this.#pending.refuse(id, severalReplies());
    this.#pending.resolve(id, { body: content, ...parseReplyHeaders(headers), contentType });
  }
}

/** The reply queue, and the check for workers. */
interface Ways {
  readonly presence: ConsumerPresence;
  readonly replies: ReplyQueue;
}

interface Sending {
  readonly exchange: string;
  readonly traffic: QueueTraffic | undefined;
  readonly replies: ReplyQueue;
  readonly message: Message;
  readonly options: RequestOptions;
  readonly pending: PendingRequest;
}

/** @throws BusError NO_WORKER when nothing consumes the queue. */
export async function findWorker(traffic: QueueTraffic): Promise<void> {
  if (await traffic.hasWorker()) return;
  throw new BusError('NO_WORKER', `nothing consumes the queue ${traffic.queue}`);
}

interface RequestAddress {
  readonly replyTo: string;
  readonly correlationId: string;
  readonly deadlineEpochMs: number;
}

/** A request is not persistent, and expires at the deadline, when its caller stops waiting. */
export function requestProperties(
  message: Message,
  { replyTo, correlationId, deadlineEpochMs }: RequestAddress,
): ReturnType<typeof toProperties> {
  const leftMs = Math.max(1, Math.floor(deadlineEpochMs - Date.now()));
  const properties = toProperties(message);
  properties.headers[busHeaders.deadline] = Math.floor(deadlineEpochMs);
  properties.headers[busHeaders.remaining] = leftMs;
  properties.persistent = false;
  properties.expiration = Math.min(leftMs, longestTimerMs);
  properties.replyTo = replyTo;
  properties.correlationId = correlationId;
  return properties;
}

function unknown(why: string): BusError {
  return new BusError('RPC_TIMEOUT', `${why}; the request may or may not have been executed`);
}
