import type { FollowOptions } from '../../contract/bus.ts';
import type { FeedMessage } from '../../contract/message.ts';

/** How far the broker's clock may lag behind this machine's without missing a message. */
const clockToleranceSeconds = 60;

/** Each segment of a stream begins with a record of the broker, which takes one offset. */
const mostOwnRecords = 1;

/**
 * A follower's position in its stream, and where it resumes reading after a reconnect.
 *
 * A follower that has seen a message rereads it first. Finding it in its place proves that the stream is the
 * same; a recreated stream counts from 0, and is read from its beginning.
 *
 * A follower of `next` that has seen nothing yet has no offset to resume from. It reads from a minute before
 * its start, and skips older messages by their timestamps: it misses nothing published meanwhile, as far as
 * the publishers' clocks agree with this machine's.
 *
 * A follower of the `last` messages, or of those `after` an offset, that has seen nothing yet must learn the
 * newest offset first. An offset ahead of it belongs to another stream, or to messages that the broker has
 * lost.
 */
export class FeedPosition {
  #from: FollowOptions['from'];
  #sinceMs: number | undefined;
  #last: Seen | undefined;
  #isProven = true;
  #newest: number | undefined;

  constructor(from: FollowOptions['from']) {
    this.#from = from;
  }

  /** The consumer argument `x-stream-offset`. @see https://www.rabbitmq.com/docs/streams#consuming */
  get start(): unknown {
    if (this.#last) return this.#last.offset;
    if (typeof this.#from === 'object') return firstOffset(this.#from, this.#newest);
    if (this.#from === 'first' || this.#sinceMs === undefined) return this.#from;
    return { '!': 'timestamp', value: Math.floor(this.#sinceMs / 1000) - clockToleranceSeconds };
  }

  /** Whether `learnNewest` must be called before reading. */
  get needsNewest(): boolean {
    return !this.#last && typeof this.#from === 'object';
  }

  /** Whether all messages present at the start have been read, as far as the newest offset is known. */
  get hasRead(): boolean {
    return this.#newest === undefined || (this.#last?.offset ?? -1) >= this.#newest;
  }

  /** Whether the stream is known to be the one read before. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Reading starts at `start`. */
  begin(nowMs: number): void {
    this.#isProven = this.#last === undefined;
    this.#sinceMs ??= nowMs;
  }

  /**
   * Records the newest offset; returns whether reading was to start ahead of it.
   *
   * `undefined`: the stream is empty, so every message is new.
   */
  learnNewest(offset: number | undefined): boolean {
    if (typeof this.#from === 'object' && 'after' in this.#from) return this.#from.after > (offset ?? -1);
    this.#newest = offset;
    if (offset === undefined) this.#from = 'first';
    return false;
  }

  /**
   * Decides about a message, with its id as sent: show it, even if others were dropped before it, skip it, or
   * `restart`.
   */
  read({ offset, body, timestampMs }: FeedMessage, id: unknown): 'show' | 'dropped' | 'skip' | 'restart' {
    const last = this.#last;
    if (last && !this.#isProven) {
      this.#isProven = offset > last.offset || (id === last.id && body.equals(last.body));
      if (!this.#isProven) return 'restart';
    }
    if (last && offset <= last.offset) return 'skip';
    if (!last && this.#from === 'next' && timestampMs < (this.#sinceMs ?? 0)) return 'skip';
    const isNext = offset <= (this.#expected ?? offset) + mostOwnRecords;
    this.#last = { offset, id, body };
    return isNext ? 'show' : 'dropped';
  }

  /** The stream was replaced: all of it is new. */
  restart(): void {
    this.#last = undefined;
    this.#newest = undefined;
    this.#from = 'first';
  }

  /** The next offset, if known. */
  get #expected(): number | undefined {
    if (this.#last) return this.#last.offset + 1;
    return typeof this.#from === 'object' && 'after' in this.#from ? this.#from.after + 1 : undefined;
  }
}

function firstOffset(from: Exclude<FollowOptions['from'], string>, newest = 0): number {
  return 'after' in from ? from.after + 1 : Math.max(0, newest - from.last + 1);
}

interface Seen {
  readonly offset: number;
  readonly id: unknown;
  readonly body: Buffer;
}
