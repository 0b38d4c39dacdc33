import type { Message } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import { readRetryAtMs, readWholeNumber } from './amqp-headers.ts';

/** A clock that is set while requests arrive is followed after one or two of these windows. */
const windowMs = 30_000;

/** A smaller difference counts as none: a request may well take so long to arrive. */
const toleranceMs = 100;

/** How late the broker may deliver a request that has expired. */
const mostLateMs = 1000;

/** How many requests in a row the broker may deliver late. */
const mostLateInRow = 3;

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
    const known = isRetried ? this.#recent(sender, now) : this.#note(sender, { transitMs, now });
    const apartMs = known ? Math.min(transitMs, known.leastMs, known.beforeMs) : transitMs;
    const estimated = deadlineEpochMs + (Math.abs(apartMs) < toleranceMs ? 0 : apartMs);
    if (!known || expiration === undefined) return estimated;
    known.lateInRow = estimated > now ? 0 : known.lateInRow + 1;
    if (estimated > now - mostLateMs && known.lateInRow < mostLateInRow) return estimated;
    // The broker would have dropped it, or one of those before it, so one of the clocks was set.
    this.#transits.delete(sender);
    return now + leftMs;
  }

  /** Takes note of a request's transit; returns those of the sender in this window and the one before. */
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

  /** `undefined` when nothing was noted in this window or the one before. */
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
  /** In the window before. */
  readonly beforeMs: number;
  readonly endMs: number;
  /** How many of the latest requests seemed to be late. */
  lateInRow: number;
}

function readExpiration(expiration: unknown): number | undefined {
  return typeof expiration === 'string' && /^\d{1,15}$/.test(expiration) ? Number(expiration) : undefined;
}
