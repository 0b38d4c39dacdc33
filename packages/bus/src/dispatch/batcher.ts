import type { BatchHandler } from '../contract/bus.ts';
import type { ConsumeLimits } from '../contract/consume-limits.ts';
import { Fifo } from '@restmapper/core';
import { endOf, type LateRequests } from './late-requests.ts';
import type { Log } from '@restmapper/core';
import type { Delivery, Outcome } from '../contract/message.ts';
import { WorkSlots } from './work-slots.ts';

export interface BatcherOptions<Item extends Held> {
  /** The queue consumed, for the log. */
  readonly queue: string;
  readonly handler: BatchHandler;
  readonly limits: ConsumeLimits;
  /** Where other queues share the concurrency. @default its own, as the limits say */
  readonly slots?: WorkSlots | undefined;
  /** Receives the items of a batch together, in push order; must not throw. */
  readonly settle: (settled: readonly Settled<Item>[]) => void;
  readonly late: LateRequests;
  readonly log: Log;
}

/** A delivery with its bus's data for settling it. */
export interface Held {
  readonly delivery: Delivery;
}

export interface Settled<Item extends Held> {
  readonly item: Item;
  readonly outcome: Outcome;
}

/**
 * Collects deliveries into batches for a handler: the part of consuming that all buses share.
 *
 * The bus pushes no more than the prefetch. `settle` receives:
 *
 * | what happened | outcome |
 * |---|---|
 * | the handler resolved | its own, delivery by delivery |
 * | the handler rejected, or returned the wrong number of outcomes | `reject` for the whole batch |
 * | the deadline passed while the delivery waited, or an event expired | `ack`; it is not passed to the handler, and counts as late |
 * | the delivery was waiting at `pause`, or arrived later | `release` |
 * | the delivery was waiting at `close`, or arrived later | `requeue` |
 */
export class Batcher<Item extends Held> {
  readonly #options: BatcherOptions<Item>;
  readonly #waiting = new Fifo<Waiting<Item>>();
  /** Aborts the handlers of batches that can still be settled. */
  #abort = new AbortController();
  #isPaused = false;
  readonly #slots: WorkSlots;
  readonly #retry = (): void => this.#flush();
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #isFlushing = false;
  #closing: Closing | undefined;

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
    this.#slots = options.slots ?? new WorkSlots(options.limits.concurrency);
  }

  push(item: Item): void {
    if (this.#closing) return this.#settleAll([item], { kind: 'requeue' });
    if (this.#isPaused) return this.#settleAll([item], { kind: 'release' });
    this.#waiting.push({ item, sinceMs: performance.now() });
    this.#flushSoon();
  }

  /**
   * Drops waiting deliveries without settling them, and aborts the handlers' signal: the channel is lost, and
   * the broker has taken everything back.
   */
  forget(reason: Error): void {
    this.#waiting.clear();
    clearTimeout(this.#timer);
    if (this.#running === 0) return;
    this.#abort.abort(reason);
    this.#abort = new AbortController();
  }

  /** Starts no batch until resumed. */
  pause(): void {
    this.#isPaused = true;
    clearTimeout(this.#timer);
    this.#settleAll(itemsOf(this.#waiting.clear()), { kind: 'release' });
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Returns waiting deliveries; resolves when every running batch is settled. */
  close(): Promise<void> {
    this.#closing ??= createClosing();
    clearTimeout(this.#timer);
    this.#settleAll(itemsOf(this.#waiting.clear()), { kind: 'requeue' });
    this.#resolveWhenIdle();
    return this.#closing.done;
  }

  /** Aborts the handlers' signal. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
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
    for (let oldest = this.#waiting.peek(); oldest; oldest = this.#waiting.peek()) {
      const waitMs = this.#remainingWaitMs(oldest);
      if (this.#waiting.size < batchSize && waitMs > 0) {
        this.#timer = setTimeout(() => this.#flush(), waitMs);
        return;
      }
      if (!this.#slots.take(this.#retry)) return;
      const batch = this.#take(batchSize);
      if (batch.length > 0) this.#start(batch);
      else this.#slots.release();
    }
  }

  #remainingWaitMs({ sinceMs }: Waiting<Item>): number {
    return Math.ceil(sinceMs + this.#options.limits.batchWaitMs - performance.now());
  }

  /** The next unexpired items; settles the expired ones among them. */
  #take(count: number): Item[] {
    const taken: Item[] = [];
    const expired: Item[] = [];
    const now = Date.now();
    for (let i = 0; i < count; i += 1) {
      const item = this.#waiting.shift()?.item;
      if (!item) break;
      (endOf(item.delivery) > now ? taken : expired).push(item);
    }
    if (expired.length === 0) return taken;
    this.#options.late.add(
      this.#options.queue,
      expired.map(({ delivery }) => delivery),
    );
    this.#settleAll(expired, { kind: 'ack' });
    return taken;
  }

  #start(batch: readonly Item[]): void {
    this.#running += 1;
    const { handler, queue, log } = this.#options;
    // It never rejects: failures become outcomes.
    void runHandler(batch, handler, { signal: this.#abort.signal, queue, log }).then((outcomes) => {
      this.#running -= 1;
      this.#options.settle(outcomes);
      this.#resolveWhenIdle();
      this.#slots.release();
      this.#flush();
    });
  }

  #settleAll(items: readonly Item[], outcome: Outcome): void {
    if (items.length > 0) this.#options.settle(items.map((item) => ({ item, outcome })));
  }

  #resolveWhenIdle(): void {
    if (this.#running === 0) this.#closing?.resolve();
  }
}

interface Waiting<Item> {
  readonly item: Item;
  readonly sinceMs: number;
}

interface Closing {
  readonly done: Promise<void>;
  readonly resolve: () => void;
}

function createClosing(): Closing {
  let resolve = (): void => {};
  const done = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { done, resolve };
}

function itemsOf<Item>(waiting: readonly Waiting<Item>[]): Item[] {
  return waiting.map(({ item }) => item);
}

export interface RunHandlerOptions {
  readonly signal: AbortSignal;
  readonly queue: string;
  readonly log: Log;
}

/** Runs a handler; resolves with an outcome for each item: all are rejected if it fails. */
export async function runHandler<Item extends Held>(
  batch: readonly Item[],
  handler: BatchHandler,
  { signal, queue, log }: RunHandlerOptions,
): Promise<readonly Settled<Item>[]> {
  try {
    const deliveries = batch.map(({ delivery }) => delivery);
    return match(batch, await handler(deliveries, signal));
  } catch (error) {
    log.error({ err: error, queue, messages: batch.length }, 'a handler failed; its messages are rejected');
    const reason = error instanceof Error ? error.message : String(error);
    return batch.map((item) => ({ item, outcome: { kind: 'reject', reason } }));
  }
}

function match<Item extends Held>(batch: readonly Item[], outcomes: readonly Outcome[]): Settled<Item>[] {
  const settled: Settled<Item>[] = [];
  for (const [i, item] of batch.entries()) {
    const outcome = outcomes[i];
    if (outcome) settled.push({ item, outcome });
  }
  if (settled.length === batch.length && outcomes.length === batch.length) return settled;
  throw new Error(`the handler returned ${outcomes.length} outcomes for ${batch.length} messages`);
}
