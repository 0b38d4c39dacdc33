import type { BatchHandler } from '../contract/bus.ts';
import type { ConsumeLimits } from '../contract/consume-limits.ts';
import type { Delivery, Outcome } from '../contract/message.ts';
import type { Log } from '@restmapper/core';
import { type Held, runHandler, type Settled } from './batcher.ts';
import { KeyChains, type Startable } from './key-chains.ts';
import { endOf, type LateRequests } from './late-requests.ts';
import { LoopWatch } from './loop-watch.ts';
import type { WorkSlots } from './work-slots.ts';

/** How long a message waits for its next attempt at most: meanwhile, all of its key wait. */
const longestHoldMs = 30_000;

/** How long a message that could not be processed right now waits if its subscription is not paused. */
const releaseMs = 1_000;

export interface OrderedBatcherOptions<Item extends Held> {
  /** The queue consumed, for the log. */
  readonly queue: string;
  readonly handler: BatchHandler;
  readonly limits: ConsumeLimits;
  readonly slots: WorkSlots;
  /** @default all messages have the same key */
  readonly orderingKey: ((delivery: Delivery) => string) | undefined;
  /** Receives items together, with outcomes that finish them; must not throw. */
  readonly settle: (settled: readonly Settled<Item>[]) => void;
  /** Called when they have expired, or their handler has ended, before they are settled or held; must not throw. @default nothing */
  readonly onEnded?: (items: readonly Item[]) => void;
  /** Called when a delivery has to go back to its queue; must call `drain`. */
  readonly onReturned: () => void;
  readonly late: LateRequests;
  /** Whether this process still has the queue, as far as it knows. @default always */
  readonly mayStart?: () => boolean;
  /** @default a new one */
  readonly loop?: LoopWatch;
  readonly log: Log;
}

/**
 * Passes the deliveries of an ordered queue to a handler: those of one key one after the other.
 *
 * | what happened | the delivery |
 * |---|---|
 * | the handler resolved with `ack`, `reply`, `replies` or `reject` | is settled, then the next one of its key starts |
 * | with `retry` | is held, at most 30 s, then starts again as its next attempt; the others of its key wait |
 * | with `retry` after its deadline | is acked |
 * | with `requeue` | is neither settled nor started again: `onReturned` has to call `drain` at once |
 * | with `release` | is started again by `proceed`, or after a second if nothing is suspended |
 * | the handler rejected, or returned the wrong number of outcomes | is rejected, with its batch |
 * | its deadline passed while it waited, or it expired | is acked, and counts as late |
 * | it waits at `drain`, or arrives later | is dropped: it returns to its queue when the caller closes its channel |
 */
export class OrderedBatcher<Item extends Held> {
  readonly #options: OrderedBatcherOptions<Item>;
  readonly #chains = new KeyChains<Item>();
  readonly #held = new Set<NodeJS.Timeout>();
  readonly #idle: (() => void)[] = [];
  #abort = new AbortController();
  readonly #retry = (): void => this.#flush();
  /** The batches in progress, oldest first. */
  readonly #runs = new Set<{ readonly startedMs: number }>();
  /** The number of deliveries in progress. */
  #inProgress = 0;
  #isDraining = false;
  #isSuspended = false;
  /** The keys whose first message is started again by `proceed`. */
  readonly #released = new Set<string>();
  #isFlushing = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #loop: LoopWatch;
  /** Rises when the broker has taken everything back. */
  #epoch = 0;

  constructor(options: OrderedBatcherOptions<Item>) {
    this.#options = options;
    this.#loop = options.loop ?? new LoopWatch();
    // Also while it is idle: messages that the broker sent before a standstill arrive before the news that it ended the connection.
    this.#loop.start();
  }

  /** How long the oldest batch in progress has been running, in milliseconds; 0 if there is none. */
  get oldestRunMs(): number {
    const [oldest] = this.#runs;
    return oldest ? performance.now() - oldest.startedMs : 0;
  }

  /** The first delivery of each key that waits. */
  get heads(): readonly Item[] {
    return this.#chains.heads;
  }

  push(item: Item): void {
    if (this.#isDraining) return;
    this.#chains.add(this.#options.orderingKey?.(item.delivery) ?? '', item);
    this.#flushSoon();
  }

  /** Starts nothing more; resolves when nothing is in progress. Returns what waited. */
  drain(): { readonly dropped: readonly Item[]; readonly idle: Promise<void> } {
    this.#isDraining = true;
    this.#loop.stop();
    const dropped = this.#drop();
    const idle = new Promise<void>((resolve) => {
      this.#idle.push(resolve);
    });
    this.#reportIdle();
    return { dropped, idle };
  }

  /** Takes deliveries again after `drain`. */
  resume(): void {
    this.#isDraining = false;
    this.#loop.start();
  }

  /** Starts nothing until `proceed`, and keeps what waits. */
  suspend(): void {
    this.#isSuspended = true;
  }

  proceed(): void {
    this.#isSuspended = false;
    for (const key of this.#released) this.#chains.release(key);
    this.#released.clear();
    this.#flush();
  }

  /** Drops what waits, and aborts the handlers' signal: the broker has taken everything back. */
  forget(reason: Error): void {
    this.#drop();
    this.#epoch += 1;
    if (this.#runs.size === 0) return;
    this.#abort.abort(reason);
    this.#abort = new AbortController();
  }

  /** Aborts the handlers' signal. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  #drop(): readonly Item[] {
    clearTimeout(this.#timer);
    for (const timer of this.#held) clearTimeout(timer);
    this.#held.clear();
    this.#released.clear();
    return this.#chains.clear();
  }

  /** Waits for the end of the current tick, so that deliveries that arrive together are handled together. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    const { batchSize } = this.#options.limits;
    while (!this.#isDraining && !this.#isSuspended && this.#chains.startable > 0) {
      const waitMs = this.#remainingWaitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#flush(), waitMs);
        return;
      }
      if (!this.#options.slots.take(this.#retry)) return;
      const batch = this.#take(batchSize);
      if (batch.length > 0) this.#start(batch);
      else this.#options.slots.release();
    }
  }

  #remainingWaitMs(): number {
    const { batchSize, batchWaitMs, prefetch } = this.#options.limits;
    const { startable, startableSinceMs = 0, size } = this.#chains;
    const remainingMs = Math.max(this.#loop.remainingMs, this.#options.mayStart?.() === false ? 100 : 0);
    // Nothing more arrives while the prefetch is used up.
    if (startable >= batchSize || size + this.#inProgress >= prefetch) return remainingMs;
    return Math.max(remainingMs, Math.ceil(startableSinceMs + batchWaitMs - performance.now()));
  }

  /** The next deliveries, each of another key, that have not expired; settles the expired ones among them. */
  #take(count: number): readonly Startable<Item>[] {
    const taken: Startable<Item>[] = [];
    const now = Date.now();
    while (taken.length < count) {
      const next = this.#chains.take();
      if (!next) break;
      if (endOf(next.item.delivery) > now) {
        taken.push(next);
        continue;
      }
      this.#options.late.add(this.#options.queue, [next.item.delivery]);
      this.#options.onEnded?.([next.item]);
      this.#options.settle([{ item: next.item, outcome: { kind: 'ack' } }]);
      this.#chains.finish(next.key);
    }
    return taken;
  }

  #start(batch: readonly Startable<Item>[]): void {
    const run = { startedMs: performance.now() };
    this.#runs.add(run);
    this.#inProgress += batch.length;
    const epoch = this.#epoch;
    const { handler, log, queue } = this.#options;
    const items = batch.map(({ item }) => item);
    // It never rejects: failures become outcomes.
    void runHandler(items, handler, { signal: this.#abort.signal, queue, log }).then((settled) => {
      this.#runs.delete(run);
      this.#inProgress -= batch.length;
      this.#options.onEnded?.(items);
      this.#finish(batch, settled, epoch);
      this.#options.slots.release();
      this.#reportIdle();
      this.#flush();
    });
  }

  /** Settles before the next delivery of a key starts, so that the broker learns of both in this order. */
  #finish(batch: readonly Startable<Item>[], settled: readonly Settled<Item>[], epoch: number): void {
    if (settled.every(isFinal)) {
      this.#options.settle(settled);
      for (const { key } of batch) this.#chains.finish(key);
      return;
    }
    const ended = settled.map((each) => this.#dropLate(each));
    const done = ended.filter(isFinal);
    if (done.length > 0) this.#options.settle(done);
    const isReturned = ended.some(({ outcome: { kind } }) => kind === 'requeue');
    if (isReturned && epoch === this.#epoch) this.#options.onReturned();
    for (const [i, { item, outcome }] of ended.entries()) {
      const { key = '' } = batch[i] ?? {};
      const mayStay = epoch === this.#epoch && !this.#isDraining;
      if (outcome.kind === 'retry' && mayStay) this.#hold({ key, item }, outcome);
      else if (outcome.kind === 'release' && mayStay) this.#keep({ key, item });
      else this.#chains.finish(key);
    }
  }

  /** What would be late at its next attempt keeps no others waiting: a request whose caller leaves, an event that expires. */
  #dropLate(settled: Settled<Item>): Settled<Item> {
    const { item, outcome } = settled;
    if (outcome.kind !== 'retry') return settled;
    const { delivery } = item;
    if (Date.now() + holdMs(outcome) < endOf(delivery)) return settled;
    if (delivery.deadlineEpochMs === undefined) this.#options.late.add(this.#options.queue, [delivery]);
    return { item, outcome: { kind: 'ack' } };
  }

  #hold({ key, item }: Startable<Item>, outcome: RetryOutcome): void {
    const { isFailure = false } = outcome;
    const { attempt, failures } = item.delivery;
    const delivery = { ...item.delivery, attempt: attempt + 1, failures: failures + Number(isFailure) };
    this.#chains.hold({ key, item: { ...item, delivery } });
    const release = (): void => {
      this.#held.delete(timer);
      this.#chains.release(key);
      this.#flush();
    };
    const timer = setTimeout(release, holdMs(outcome));
    this.#held.add(timer);
  }

  /** It could not be processed right now, as the others cannot. */
  #keep({ key, item }: Startable<Item>): void {
    this.#chains.hold({ key, item });
    this.#released.add(key);
    if (this.#isSuspended) return;
    const timer = setTimeout(() => {
      this.#held.delete(timer);
      if (!this.#isSuspended) this.proceed();
    }, releaseMs);
    this.#held.add(timer);
  }

  #reportIdle(): void {
    if (this.#runs.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

type RetryOutcome = Extract<Outcome, { kind: 'retry' }>;

function holdMs({ delayMs }: RetryOutcome): number {
  return Math.min(Math.max(0, delayMs), longestHoldMs);
}

/** Whether the message is done with. */
function isFinal({ outcome: { kind } }: { readonly outcome: Outcome }): boolean {
  return kind !== 'retry' && kind !== 'requeue' && kind !== 'release';
}
