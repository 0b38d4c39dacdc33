import { deadLetterQueue } from '../contract/dead-letter.ts';
import type { NamedQueue, QueueDepth } from '../contract/queue-depth.ts';
import type { BindingSpec, QueueSpec, Topology } from '@restmapper/core';
import type { Routable } from '../dispatch/binding-matcher.ts';
import { ExchangeGraph } from '../dispatch/exchange-graph.ts';
import { MemoryAccount } from './memory-account.ts';
import { MemoryFeed } from './memory-feed.ts';
import { MemoryQueue } from './memory-queue.ts';

export interface MemoryBrokerOptions {
  /** The maximum total size of all queues, dead letters included. @default 256 MiB */
  readonly maxBytes?: number;
  /** The maximum size of a feed, unless its own is smaller. @default 64 MiB */
  readonly maxFeedBytes?: number;
}

/** A destination of an exchange. */
export type Destination = MemoryQueue | MemoryFeed;

/**
 * The exchanges, queues and feeds shared by the buses of one process; everything is lost with the process.
 */
export class MemoryBroker {
  readonly #account: MemoryAccount;
  readonly #maxFeedBytes: number;
  readonly #exchanges = new ExchangeGraph();
  /** Bindings to exchanges that are not declared yet. */
  #foreign: readonly BindingSpec[] = [];
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #feeds = new Map<string, MemoryFeed>();
  readonly #listeners = new Set<() => void>();
  readonly #declaredListeners = new Set<() => void>();

  constructor({ maxBytes = 256 * 1024 ** 2, maxFeedBytes = 64 * 1024 ** 2 }: MemoryBrokerOptions = {}) {
    this.#account = new MemoryAccount(maxBytes, () => this.#tell());
    this.#maxFeedBytes = maxFeedBytes;
  }

  /** Why it accepts no messages; empty if it does. */
  get blockedReason(): string {
    if (!this.#account.isFull) return '';
    const [fullest] = [...this.#queues.values()].sort((a, b) => b.bytes - a.bytes);
    return `${this.#account.bytes} bytes wait in memory, most of them in ${fullest?.name ?? 'no queue'}`;
  }

  /** Calls the listener whenever `blockedReason` is set or cleared; returns a function that removes it. */
  onBlocked(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Adds missing objects. */
  declare(topology: Topology): void {
    for (const spec of topology.queues) this.#declareQueue(spec);
    const foreign = topology.foreign?.bindings ?? [];
    for (const { exchange, queue } of [...topology.bindings, ...foreign]) {
      if (!this.#destination(queue)) throw new TypeError(`nothing to bind: ${exchange} to ${queue}`);
    }
    this.#exchanges.declare(topology);
    this.#foreign = [...this.#foreign, ...foreign].filter((binding) => !this.#bindForeign(binding));
    for (const listener of this.#declaredListeners) listener();
  }

  /** Calls the listener after each declaration; returns a function that removes it. */
  onDeclared(listener: () => void): () => void {
    this.#declaredListeners.add(listener);
    return () => void this.#declaredListeners.delete(listener);
  }

  hasExchange(name: string): boolean {
    return this.#exchanges.has(name);
  }

  /** Whether there is a queue of this name, which is not a feed. */
  hasQueue(name: string): boolean {
    return this.#queues.has(name);
  }

  /** Binds the queue if the exchange exists; returns whether it does. */
  #bindForeign(binding: BindingSpec): boolean {
    if (!this.hasExchange(binding.exchange)) return false;
    this.#exchanges.declare({ exchanges: [], queues: [], bindings: [binding] });
    return true;
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

  /** The depth of a queue or a feed. */
  depthOf(named: NamedQueue): QueueDepth {
    if (named.kind === 'feed') {
      const { size, followers } = this.feed(named.name);
      return { ...named, messages: size, consumers: followers };
    }
    const { waiting, readers } = this.queue(named.name);
    return { ...named, messages: waiting, consumers: readers };
  }

  /** The destinations of a message; empty if it is unroutable. */
  route(exchange: string, message: Routable): readonly Destination[] {
    const names = [...this.#exchanges.route(exchange, message)];
    return names.flatMap((name) => this.#destination(name) ?? []);
  }

  #destination(name: string): Destination | undefined {
    return this.#queues.get(name) ?? this.#feeds.get(name);
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
    if (kind === 'unrouted') {
      this.#queues.set(name, new MemoryQueue(name, { account, rejected: 'kept' }));
      return;
    }
    if (kind === 'rpc') {
      this.#queues.set(name, new MemoryQueue(name, { account, isOrdered: spec.isOrdered }));
      return;
    }
    const rejected = new MemoryQueue(deadLetterQueue(name), { account, rejected: 'kept' });
    this.#queues.set(rejected.name, rejected);
    const { deliveryLimit, isOrdered } = spec;
    this.#queues.set(name, new MemoryQueue(name, { account, rejected, deliveryLimit, isOrdered }));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
