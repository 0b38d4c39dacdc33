import type { Log } from '@restmapper/core';

const reportEveryMs = 60_000;

/** Counts requests dropped because their deadline had passed, and logs them at most once a minute. */
export class LateRequests {
  readonly #log: Log;
  #count = 0;
  #reported = 0;
  #reportAtMs = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Since the bus was opened. */
  get count(): number {
    return this.#count;
  }

  add(queue: string, count: number): void {
    this.#count += count;
    const now = performance.now();
    if (now < this.#reportAtMs) return;
    this.#reportAtMs = now + reportEveryMs;
    const requests = this.#count - this.#reported;
    this.#reported = this.#count;
    this.#log.warn(
      { queue, requests },
      'requests arrived after their deadline and were dropped: are the clocks synchronized?',
    );
  }
}
