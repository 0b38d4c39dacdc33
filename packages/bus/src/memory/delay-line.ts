import { Heap } from './heap.ts';

/** Node fires a timer at once if its delay does not fit into 31 bits. */
const maxTimerMs = 2 ** 31 - 1;

/** Holds items until they are due, with one timer for all of them. */
export class DelayLine<T> {
  readonly #release: (item: T) => void;
  readonly #delayed = new Heap<Delayed<T>>(
    (a, b) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.turn < b.turn),
  );
  #turns = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(release: (item: T) => void) {
    this.#release = release;
  }

  /** Releases the item after the delay, never before; items due together in arrival order. */
  add(item: T, delayMs: number): void {
    this.#turns += 1;
    this.#delayed.push({ item, dueMs: performance.now() + delayMs, turn: this.#turns });
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#delayed.peek();
    if (!next) return;
    const waitMs = Math.min(Math.max(0, Math.ceil(next.dueMs - performance.now())), maxTimerMs);
    this.#timer = setTimeout(() => this.#releaseDue(), waitMs);
    // An otherwise idle process may exit: memory does not outlive it anyway.
    this.#timer.unref();
  }

  #releaseDue(): void {
    const now = performance.now();
    for (let next = this.#delayed.peek(); next && next.dueMs <= now; next = this.#delayed.peek()) {
      this.#delayed.pop();
      this.#release(next.item);
    }
    this.#arm();
  }
}

interface Delayed<T> {
  readonly item: T;
  readonly dueMs: number;
  readonly turn: number;
}
