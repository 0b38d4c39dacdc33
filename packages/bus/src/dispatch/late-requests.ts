import type { Log } from '@restmapper/core';
import type { Delivery } from '../contract/message.ts';

const reportEveryMs = 60_000;

/** When a delivery is no longer passed to a handler, in epoch milliseconds: its caller leaves, or it expires. */
export function endOf({
  deadlineEpochMs = Number.POSITIVE_INFINITY,
  expiresEpochMs = Number.POSITIVE_INFINITY,
}: Delivery): number {
  return Math.min(deadlineEpochMs, expiresEpochMs);
}

/**
 * Counts requests dropped because their deadline had passed, and events dropped because they had expired; logs each
 * at most once a minute.
 */
export class LateRequests {
  readonly #log: Log;
  readonly #requests = new Tally();
  readonly #events = new Tally();

  constructor(log: Log) {
    this.#log = log;
  }

  /** The number of requests since the bus was opened. */
  get count(): number {
    return this.#requests.count;
  }

  /** The number of events since the bus was opened. */
  get expired(): number {
    return this.#events.count;
  }

  add(queue: string, dropped: readonly Delivery[]): void {
    const late = dropped.filter(({ deadlineEpochMs }) => deadlineEpochMs !== undefined).length;
    const requests = this.#requests.add(late);
    const events = this.#events.add(dropped.length - late);
    if (requests > 0) {
      this.#log.warn(
        { queue, requests },
        'requests arrived after their deadline and were dropped: are the clocks synchronized?',
      );
    }
    if (events > 0) this.#log.warn({ queue, events }, 'events had expired and were dropped');
  }
}

/** A count that is reported at most once a minute. */
class Tally {
  count = 0;
  #reported = 0;
  #reportAtMs = 0;

  /** Returns how many are to be reported now. */
  add(count: number): number {
    this.count += count;
    const now = performance.now();
    if (count === 0 || now < this.#reportAtMs) return 0;
    this.#reportAtMs = now + reportEveryMs;
    const unreported = this.count - this.#reported;
    this.#reported = this.count;
    return unreported;
  }
}
