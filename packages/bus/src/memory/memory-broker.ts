import { deadLetterQueue } from '../contract/dead-letter.ts';
import type { NamedQueue, QueueDepth } from '../contract/queue-depth.ts';
import type { QueueSpec, Topology } from '@restmapper/core';
import { MemoryAccount } from './memory-account.ts';
import { MemoryFeed } from './memory-feed.ts';
import { MemoryQueue } from './memory-queue.ts';

export interface MemoryBrokerOptions {
  /** What all queues may hold together, dead letters included. @default 256 MiB */
  readonly maxBytes?: number;
  /** What a feed may hold, if it does not ask for less. @default 64 MiB */
  readonly maxFeedBytes?: number;
}

/** Where an exchange may lead. */
export type Destination = MemoryQueue | MemoryFeed;

/** The exchanges, queues and feeds at which the buses of one process meet; nothing of it outlives the process. */
export class MemoryBroker {
  readonly #account: MemoryAccount;
  readonly #maxFeedBytes: number;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #feeds = new Map<string, MemoryFeed>();
  readonly #listeners = new Set<() => void>();

  constructor({ maxBytes = 256 * 1024 ** 2, maxFeedBytes = 64 * 1024 ** 2 }: MemoryBrokerOptions = {}) {
    this.#account = new MemoryAccount(maxBytes, () => this.#tell());
    this.#maxFeedBytes = maxFeedBytes;
  }

  /** Why it takes no messages; empty when it does. */
  get blockedReason(): string {
    if (!this.#account.isFull) return '';
    const [fullest] = [...this.#queues.values()].sort((a, b) => b.bytes - a.bytes);
    return `${this.#account.bytes} bytes wait in memory, most of them in ${fullest?.name ?? 'no queue'}`;
  }

  /** Calls the listener whenever `blockedReason` appears or goes; returns what stops it. */
  onBlocked(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Adds what is not there yet. */
  declare({ exchanges, queues, bindings }: Topology): void {
    for (const { name, type } of exchanges) {
      if (!this.#exchanges.has(name)) this.#exchanges.set(name, { type, routes: new Map() });
    }
    for (const spec of queues) this.#declareQueue(spec);
    for (const { exchange, queue, routingKey } of bindings) {
      const routes = this.#exchanges.get(exchange)?.routes;
      const destination = this.#queues.get(queue) ?? this.#feeds.get(queue);
      if (!routes || !destination) throw new TypeError(`nothing to bind: ${exchange} to ${queue}`);
      const known = routes.get(routingKey) ?? new Set();
      routes.set(routingKey, known.add(destination));
    }
  }

  queue(name: string): MemoryQueue {
    const queue = this.#queues.get(name);
    if (!queue) throw new TypeError(`no such queue: ${name}`);
    return queue;
  }

  feed(name: string): MemoryFeed {
    const feed = this.#feeds.get(name);
    if (!feed) throw new TypeError(`no such feed: ${name}`);
    return feed;
  }

  /** How much a queue or a feed holds. */
  depthOf(named: NamedQueue): QueueDepth {
    if (named.kind === 'feed') {
      const { size, followers } = this.feed(named.name);
      return { ...named, messages: size, consumers: followers };
    }
    const { waiting, readers } = this.queue(named.name);
    return { ...named, messages: waiting, consumers: readers };
  }

  /** Where a message goes: by its routing key in a direct exchange, everywhere in a fanout. */
  route(exchange: string, routingKey: string): readonly Destination[] {
    const { type, routes } = this.#exchanges.get(exchange) ?? noExchange;
    if (type === 'direct') return [...(routes.get(routingKey) ?? [])];
    return [...new Set([...routes.values()].flatMap((destinations) => [...destinations]))];
  }

  #declareQueue(spec: QueueSpec): void {
    const { name, kind } = spec;
    if (this.#queues.has(name) || this.#feeds.has(name)) return;
    const account = this.#account;
    if (kind === 'feed') {
      const maxBytes = Math.min(spec.maxBytes, this.#maxFeedBytes);
      this.#feeds.set(name, new MemoryFeed({ maxBytes, maxAgeMs: spec.maxAgeSeconds * 1000 }));
      return;
    }
    if (kind === 'rpc') {
      this.#queues.set(name, new MemoryQueue(name, { account }));
      return;
    }
    const rejected = new MemoryQueue(deadLetterQueue(name), { account, rejected: 'kept' });
    this.#queues.set(rejected.name, rejected);
    this.#queues.set(name, new MemoryQueue(name, { account, rejected, deliveryLimit: spec.deliveryLimit }));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

interface Exchange {
  readonly type: 'fanout' | 'direct';
  readonly routes: Map<string, Set<Destination>>;
}

const noExchange: Exchange = { type: 'direct', routes: new Map() };
