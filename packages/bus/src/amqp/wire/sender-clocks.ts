import type { Message } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import { readRetryAtMs, readWholeNumber } from './amqp-headers.ts';

/** A change of a sender's clock is detected after one or two of these windows. */
const windowMs = 30_000;

/** A smaller difference is ignored: it may be transit time. */
const toleranceMs = 100;

/** How late the broker may deliver an expired request. */
const mostLateMs = 1000;

/** How many consecutive requests the broker may deliver late. */
const mostLateInRow = 3;

/** The maximum number of senders; each process that sends requests is one. */
const maxSenders = 1000;

/**
 * Converts a request's deadline to this machine's clock.
 *
 * A request carries its deadline and the time left when it was sent, both by its sender's clock. A sender's
 * fastest request took almost no time to arrive, so its apparent transit time is the difference between the
 * clocks. If all requests had to wait, the estimate is too late by the shortest wait, but never by more than
 * the time left: the broker drops a request that waits longer in its queue.
 *
 * A retried request carries the time left when it is due. It is not used for the estimate, since its due time
 * is by the clock of the worker that retried it.
 */
export class SenderClocks {
  /** By reply queue. */
  readonly #transits = new Map<string, Transits>();

  /** In epoch milliseconds; `undefined` if the request has none. */
  deadlineOf({ properties }: Message, now: number = Date.now()): number | undefined {
    const { headers, replyTo, expiration } = properties;
    const deadlineEpochMs = readWholeNumber(headers?.[busHeaders.deadline]);
    const leftMs = readWholeNumber(headers?.[busHeaders.remaining]) ?? readExpiration(expiration);
    if (deadlineEpochMs === undefined || leftMs === undefined) return deadlineEpochMs;
    const dueEpochMs = readRetryAtMs(headers);
    const isRetried = dueEpochMs > 0;
    const transitMs = (isRetried ? Math.max(now, dueEpochMs) : now) - deadlineEpochMs + leftMs;
    const sender = String(replyTo);
    // The queue for several replies is used once, so it does not identify its sender.
    const isNoted = !isRetried && headers?.[busHeaders.idle] === undefined;
    const known = isNoted ? this.#note(sender, { transitMs, now }) : this.#recent(sender, now);
    const apartMs = known ? Math.min(transitMs, known.leastMs, known.beforeMs) : transitMs;
    const estimated = deadlineEpochMs + (Math.abs(apartMs) < toleranceMs ? 0 : apartMs);
    if (!known || expiration === undefined) return estimated;
    known.lateInRow = estimated > now ? 0 : known.lateInRow + 1;
    if (estimated > now - mostLateMs && known.lateInRow < mostLateInRow) return estimated;
    // The broker would have dropped it, or one of those before it, so one of the clocks was set.
    this.#transits.delete(sender);
    return now + leftMs;
  }

  /** Records a request's transit time; returns the sender's minimum in this window and the previous one. */
  #note(sender: string, { transitMs, now }: Transit): Transits {
    const known = this.#recent(sender, now);
    if (known && now < known.endMs) {
      known.leastMs = Math.min(known.leastMs, transitMs);
      return known;
    }
    const beforeMs = known?.leastMs ?? Number.POSITIVE_INFINITY;
    const next = { leastMs: transitMs, beforeMs, endMs: now + windowMs, lateInRow: known?.lateInRow ?? 0 };
    this.#transits.delete(sender);
    this.#transits.set(sender, next);
    this.#forgetOldest();
    return next;
  }

  /** `undefined` if nothing was recorded in this window or the previous one. */
  #recent(sender: string, now: number): Transits | undefined {
    const known = this.#transits.get(sender);
    return known && now >= known.endMs - windowMs && now < known.endMs + windowMs ? known : undefined;
  }

  #forgetOldest(): void {
    if (this.#transits.size <= maxSenders) return;
    for (const sender of this.#transits.keys()) return void this.#transits.delete(sender);
  }
}

interface Transit {
  readonly transitMs: number;
  readonly now: number;
}

interface Transits {
  /** In this window. */
  leastMs: number;
  /** In the previous window. */
  readonly beforeMs: number;
  readonly endMs: number;
  /** How many of the latest requests seemed to be late. */
  lateInRow: number;
}

function readExpiration(expiration: unknown): number | undefined {
  return typeof expiration === 'string' && /^\d{1,15}$/.test(expiration) ? Number(expiration) : undefined;
}
