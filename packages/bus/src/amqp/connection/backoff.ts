import { CancelledError } from './cancelled-error.ts';
import { isRefusal } from './refusal.ts';
import { Reopening } from './reopening.ts';

export interface BackoffOptions {
  /** The maximum of the first delay; it doubles with each further one. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** The minimum delay after a refusal by the broker: an operator has to act first. @default 5000 */
  readonly refusedMs?: number;
}

/** Connections that lasted this long reset the delays. */
const provenMs = 1000;

/** Time for the broker to finish a deletion. */
const cancelledMs = 1000;

/**
 * Delays before each retry: exponential, with full jitter, so that the clients of a restarting broker do not
 * all reconnect at once.
 */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #failures = 0;

  constructor({ refusedMs = 5000, ...options }: BackoffOptions) {
    this.#options = { refusedMs, ...options };
  }

  /** The delay after an attempt that ended with the reason, after having been successful for a time. */
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
