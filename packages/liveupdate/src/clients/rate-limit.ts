/** Limits events per second. */
export class RateLimit {
  readonly #maxPerSecond: number;
  #windowStartMs = 0;
  #count = 0;

  constructor(maxPerSecond: number) {
    this.#maxPerSecond = maxPerSecond;
  }

  /** Counts one event; returns whether it is within the limit. */
  take(nowMs = performance.now()): boolean {
    if (nowMs - this.#windowStartMs >= 1_000) {
      this.#windowStartMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= this.#maxPerSecond;
  }
}
