import type { Unavailable } from '../../contract/bus.ts';
import { deadLetterQueue } from '../../contract/dead-letter.ts';
import { declaredQueues } from '../../contract/queue-depth.ts';
import type { Log, Topology } from '@restmapper/core';
import type { Refusals } from './declare.ts';
import { QueueWaiters } from './queue-waiters.ts';
import { refusedExchanges } from './refused-exchanges.ts';

export interface TopologyStateOptions {
  readonly log: Log;
  /** Declares the topology again, on a connection that is up. */
  readonly declare: () => Promise<void>;
  /** The first pause before refused objects are declared again; it grows to three times that. */
  readonly redeclareMs: number;
}

/** The longest pause before refused objects are declared again, as a multiple of the first. */
const longestPause = 3;

const nothing: Refusals = { exchanges: new Map(), queues: new Map(), differing: new Map(), answers: [] };

/**
 * Tracks which objects of the topology cannot be used, and what depends on them; declares again until they
 * can.
 *
 * | cannot be used | unavailable |
 * |---|---|
 * | an exchange | publishing to it, or to an exchange that routes messages to it |
 * | a queue | its consumers, and publishing to any exchange that may route messages to it |
 * | the dead-letter queue of a queue | that queue's consumers |
 * | the exchange of replies | every request |
 */
export class TopologyState {
  readonly #options: TopologyStateOptions;
  readonly #waiters = new QueueWaiters((queue) => this.refusalOfQueue(queue) === undefined);
  #refusals = nothing;
  #exchanges: ReadonlyMap<string, string> = new Map();
  #queues: ReadonlyMap<string, string> = new Map();
  /** Queues that could not be used when they were removed from the topology: their consumers keep waiting. */
  #left: ReadonlyMap<string, string> = new Map();
  #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: TopologyStateOptions) {
    this.#options = options;
    this.#pauseMs = options.redeclareMs;
  }

  get unavailable(): readonly Unavailable[] {
    return [
      ...[...this.#exchanges].map(([name, reason]) => ({ kind: 'exchange' as const, name, reason })),
      ...[...this.#queues].map(([name, reason]) => ({ kind: 'queue' as const, name, reason })),
    ];
  }

  /** Why an exchange cannot be published to; `undefined` if it can. */
  refusalOfExchange(exchange: string): string | undefined {
    return this.#exchanges.get(exchange);
  }

  /** Why a queue or a feed can be neither consumed nor followed; `undefined` if it can. */
  refusalOfQueue(queue: string): string | undefined {
    return this.#queues.get(queue) ?? this.#left.get(queue);
  }

  /** Resolves when a queue can be used. @throws the signal's reason if it aborts first. */
  available(queue: string, signal: AbortSignal): Promise<void> {
    return this.#waiters.wait(queue, signal);
  }

  /** Records the result of a declaration of a topology. */
  set(refusals: Refusals, topology: Topology): void {
    if (this.#isClosed) return;
    const before = this.#refusals;
    const declared = new Set(declaredQueues(topology.queues).map(({ name }) => name));
    this.#left = new Map([...this.#left, ...this.#queues].filter(([queue]) => !declared.has(queue)));
    this.#refusals = refusals;
    this.#queues = spreadToQueues(refusals, topology);
    this.#exchanges = refusedExchanges(topology, refusals);
    this.#report(before);
    this.#waiters.release();
    for (const answered of refusals.answers) void answered.then(() => this.#declareAgain());
    if (refusals.exchanges.size + refusals.queues.size > 0) this.#declareLater();
    else this.#pauseMs = this.#options.redeclareMs;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #report(before: Refusals): void {
    const { log } = this.#options;
    const { exchanges, queues, differing } = this.#refusals;
    for (const [queue, difference] of changes(before.differing, differing)) {
      log.warn({ queue, difference }, 'a feed differs from the file; following it as it is on the broker');
    }
    for (const [exchange, reason] of changes(before.exchanges, exchanges)) {
      log.warn({ exchange, reason }, 'an exchange cannot be used; what depends on it is unavailable');
    }
    for (const [queue, reason] of changes(before.queues, queues)) {
      log.warn({ queue, reason }, 'a queue cannot be used; what depends on it is unavailable');
    }
    for (const [exchange] of changes(exchanges, before.exchanges)) {
      if (!exchanges.has(exchange)) log.info({ exchange }, 'the exchange can be used again');
    }
    for (const [queue] of changes(queues, before.queues)) {
      if (!queues.has(queue)) log.info({ queue }, 'the queue can be used again');
    }
  }

  #declareLater(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => void this.#declareAgain(), this.#pauseMs * (1 + Math.random()));
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPause * this.#options.redeclareMs);
  }

  async #declareAgain(): Promise<void> {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // It fails if the connection is lost; the next connection declares again.
    await this.#options.declare().catch(() => {});
    const { exchanges, queues } = this.#refusals;
    if (!this.#isClosed && exchanges.size + queues.size > 0) this.#declareLater();
  }
}

/** A queue whose dead letters cannot be stored cannot be consumed. */
function spreadToQueues({ queues: refused }: Refusals, { queues }: Topology): ReadonlyMap<string, string> {
  const reasons = new Map(refused);
  for (const { kind, name } of queues) {
    const reason = refused.get(name) ?? (kind === 'work' ? refused.get(deadLetterQueue(name)) : undefined);
    if (reason !== undefined) reasons.set(name, reason);
  }
  return reasons;
}

/** The entries of the second map that are missing in the first, or differ there. */
function changes(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  return [...after].filter(([name, value]) => before.get(name) !== value);
}
