import { CancelledError } from './cancelled-error.ts';
import { isRefusal } from './refusal.ts';
import { Reopening } from './reopening.ts';

export interface BackoffOptions {
  /** The bound of the first delay; it doubles with each further one. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** The least delay after the broker refused: an operator has to act first. @default 5000 */
  readonly refusedMs?: number;
}

/** Attempts that held on for so long begin a new row of delays. */
const provenMs = 1000;

/** Time for the broker to end what it has begun to delete. */
const cancelledMs = 1000;

/**
 * How long to wait before trying again: exponential, with full jitter, so that many clients of one
 * broker that restarts do not come back all at once.
 */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #failures = 0;

  constructor({ refusedMs = 5000, ...options }: BackoffOptions) {
    this.#options = { refusedMs, ...options };
  }

  /** The delay after an attempt that ended with the reason, and had been successful for so long. */
  nextMs(reason: unknown, livedMs: number): number {
    const { baseMs, maxMs, refusedMs } = this.#options;
    if (reason instanceof Reopening) return 0;
    if (livedMs >= provenMs) this.#failures = 0;
    const bound = Math.min(maxMs, baseMs * 2 ** this.#failures);
    this.#failures += 1;
    if (isRefusal(reason)) return refusedMs * (1 + Math.random());
    if (reason instanceof CancelledError) return cancelledMs * (1 + Math.random());
    return bound * Math.random();
  }
}
