import { setMaxListeners } from 'node:events';
import type { Backoff } from './backoff.ts';
import { aborted, asError, pause } from '@restmapper/core';

export interface RecoveringOptions<T> {
  /**
   * Opens the resource. Aborting the life closes it, during opening or later; the opener aborts the life when
   * the resource is lost, and releases it when the life is aborted.
   */
  readonly open: (life: AbortController) => Promise<T>;
  readonly backoff: Backoff;
  readonly onOpen?: (thing: T) => void;
  /** Called when the resource was lost, and when it could not be opened. */
  readonly onLost?: (reason: Error) => void;
}

/** Keeps a resource open, reopening it with back-off whenever it is lost. */
export class Recovering<T> {
  readonly #options: RecoveringOptions<T>;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<(thing: T) => void>();
  readonly #running: Promise<void>;
  #life = new AbortController();
  #current: T | undefined;

  /** Starts opening in the next microtask. */
  constructor(options: RecoveringOptions<T>) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** The resource, while it is open. */
  get current(): T | undefined {
    return this.#life.signal.aborted ? undefined : this.#current;
  }

  /** The resource, as soon as it is open. @throws the signal's reason if it aborts first. */
  available(signal: AbortSignal): Promise<T> {
    const { current } = this;
    if (current !== undefined) return Promise.resolve(current);
    return new Promise((resolve, reject) => {
      const take = (thing: T): void => {
        signal.removeEventListener('abort', leave);
        resolve(thing);
      };
      const leave = (): void => {
        this.#waiting.delete(take);
        reject(asError(signal.reason));
      };
      this.#waiting.add(take);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
    });
  }

  /** Closes the resource permanently. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#life.abort(new Error('it was closed'));
    await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (!this.#closing.signal.aborted) {
      const { reason, livedMs } = await this.#live();
      this.#options.onLost?.(reason);
      await pause(this.#options.backoff.nextMs(reason, livedMs), this.#closing.signal);
    }
  }

  async #live(): Promise<{ reason: Error; livedMs: number }> {
    const life = new AbortController();
    setMaxListeners(0, life.signal); // One listener per dependent task.
    this.#life = life;
    let bornMs = Number.POSITIVE_INFINITY;
    this.#options.open(life).then(
      (thing) => {
        bornMs = performance.now();
        if (!life.signal.aborted) this.#enter(thing);
      },
      (error: unknown) => life.abort(error),
    );
    await aborted(life.signal);
    this.#current = undefined;
    return { reason: asError(life.signal.reason), livedMs: performance.now() - bornMs };
  }

  #enter(thing: T): void {
    this.#current = thing;
    this.#options.onOpen?.(thing);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const take of waiting) take(thing);
  }
}
