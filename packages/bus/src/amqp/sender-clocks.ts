import type { Message } from 'amqplib';
import { busHeaders } from '../bus-headers.ts';
import { readRetryAtMs, readWholeNumber } from './amqp-headers.ts';

/** A clock that is set while requests arrive is followed after one or two of these windows. */
const windowMs = 30_000;

/** A smaller difference counts as none: a request may well take so long to arrive. */
const toleranceMs = 100;

/** How late the broker may deliver a request that has expired. */
const mostLateMs = 1000;

/** Each process that sends requests is one. */
const maxSenders = 1000;

/**
 * Tells when a request's sender stops waiting, by the clock of this machine.
 *
 * A request carries its deadline and how much time was left when it was sent, both by its sender's clock. The
 * fastest of a sender's requests took next to no time to arrive, so its apparent transit time is the difference
 * between the clocks. While all requests had to wait, the estimate is too late by the shortest wait, but never by
 * more than the time that was left: the broker drops a request that waits longer in its queue.
 *
 * A retried request carries how much time is left when it is due. It does not count for the estimate, since its
 * due time is by the clock of the worker that retried it.
 */
export class SenderClocks {
  /** By reply queue. */
  readonly #transits = new Map<string, Transits>();

  /** In epoch milliseconds; `undefined` when the request does not say. */
  deadlineOf({ properties }: Message, now: number = Date.now()): number | undefined {
    const { headers, replyTo, expiration } = properties;
    const deadlineEpochMs = readWholeNumber(headers?.[busHeaders.deadline]);
    const leftMs = readWholeNumber(headers?.[busHeaders.remaining]) ?? readExpiration(expiration);
    if (deadlineEpochMs === undefined || leftMs === undefined) return deadlineEpochMs;
    const dueEpochMs = readRetryAtMs(headers);
    const isRetried = dueEpochMs > 0;
    const transitMs = (isRetried ? Math.max(now, dueEpochMs) : now) - deadlineEpochMs + leftMs;
    const sender = String(replyTo);
    const transit = { transitMs, now };
    const apartMs = isRetried ? this.#knownOf(sender, transit) : this.#leastOf(sender, transit);
    const estimated = deadlineEpochMs + (Math.abs(apartMs) < toleranceMs ? 0 : apartMs);
    if (estimated > now - mostLateMs || expiration === undefined) return estimated;
    // The broker would have dropped it by then, so one of the clocks was set.
    this.#transits.delete(sender);
    return now + leftMs;
  }

  /** The shortest transit of the sender's requests in this window and the one before. */
  #leastOf(sender: string, { transitMs, now }: Transit): number {
    const known = this.#transits.get(sender);
    if (known && now < known.endMs && now >= known.endMs - windowMs) {
      known.leastMs = Math.min(known.leastMs, transitMs);
      return Math.min(known.leastMs, known.beforeMs);
    }
    const isNext = known !== undefined && now >= known.endMs && now < known.endMs + windowMs;
    const beforeMs = isNext ? known.leastMs : Number.POSITIVE_INFINITY;
    this.#transits.delete(sender);
    this.#transits.set(sender, { leastMs: transitMs, beforeMs, endMs: now + windowMs });
    this.#forgetOldest();
    return Math.min(transitMs, beforeMs);
  }

  /** As `#leastOf`, without taking note of this transit. */
  #knownOf(sender: string, { transitMs, now }: Transit): number {
    const known = this.#transits.get(sender);
    const isRecent = known && now >= known.endMs - windowMs && now < known.endMs + windowMs;
    return isRecent ? Math.min(transitMs, known.leastMs, known.beforeMs) : transitMs;
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
  /** In the window before. */
  readonly beforeMs: number;
  readonly endMs: number;
}

function readExpiration(expiration: unknown): number | undefined {
  return typeof expiration === 'string' && /^\d{1,15}$/.test(expiration) ? Number(expiration) : undefined;
}
