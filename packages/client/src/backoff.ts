const baseMs = 500;
const capMs = 20_000;

/** Random delays before each attempt, up to a bound that doubles, so that clients spread out. */
export class Backoff {
  readonly #random: () => number;
  #attempt = 0;

  /** `random` returns 0 up to, but not including, 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The number of delays since the last reset. */
  get attempt(): number {
    return this.#attempt;
  }

  /** The next delay in milliseconds: 0 up to 500, 1000, 2000, … and at most 20 seconds. */
  next(): number {
    const boundMs = Math.min(capMs, baseMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return this.#random() * boundMs;
  }

  reset(): void {
    this.#attempt = 0;
  }
}
