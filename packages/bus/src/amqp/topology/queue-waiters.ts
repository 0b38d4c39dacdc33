import { asError } from '@restmapper/core';

/** Those that wait until a queue can be used. */
export class QueueWaiters {
  readonly #isUsable: (queue: string) => boolean;
  readonly #waiting = new Map<() => void, string>();

  constructor(isUsable: (queue: string) => boolean) {
    this.#isUsable = isUsable;
  }

  /** Resolves when the queue can be used. @throws the signal's reason if it aborts first. */
  wait(queue: string, signal: AbortSignal): Promise<void> {
    if (this.#isUsable(queue)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const take = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(take);
        reject(asError(signal.reason));
      };
      this.#waiting.set(take, queue);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
    });
  }

  /** Releases those whose queue can be used by now. */
  release(): void {
    for (const [take, queue] of this.#waiting) {
      if (!this.#isUsable(queue)) continue;
      this.#waiting.delete(take);
      take();
    }
  }
}
