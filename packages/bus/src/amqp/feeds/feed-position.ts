import type { FollowOptions } from '../../contract/bus.ts';
import type { FeedMessage } from '../../contract/message.ts';

/** How far the broker's clock may be behind ours without a message being missed. */
const clockToleranceSeconds = 60;

/** Each segment of a stream begins with a record of the broker's own, which takes one offset. */
const mostOwnRecords = 1;

/**
 * Where a follower stands in its stream, and from where it reads when it has to attach again.
 *
 * One who has seen a message reads that again first. Finding it in its place proves that the stream is
 * still the same; one that was deleted and recreated counts from 0, and is read from its beginning.
 *
 * One who follows what comes `next`, and has seen nothing yet, has no offset to go on from. It reads
 * from a minute before it first came, and leaves out what is older by the messages' own timestamps:
 * nothing that was published meanwhile is missed, as far as its publishers' clocks agree with ours.
 *
 * One who follows the `last` messages, or what comes `after` an offset, and has seen nothing yet, has to
 * learn the newest offset first. An offset ahead of that belongs to another stream, or to messages that
 * the broker has lost.
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

  /** Whether `learnNewest` is to be called before reading begins. */
  get needsNewest(): boolean {
    return !this.#last && typeof this.#from === 'object';
  }

  /** Whether what was there when reading began has been read, as far as the newest offset was learnt. */
  get hasRead(): boolean {
    return this.#newest === undefined || (this.#last?.offset ?? -1) >= this.#newest;
  }

  /** Whether what is read is known to be the stream that was read before. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Reading begins at `start`. */
  begin(nowMs: number): void {
    this.#isProven = this.#last === undefined;
    this.#sinceMs ??= nowMs;
  }

  /**
   * Takes note of the newest offset; returns whether reading was to begin ahead of it.
   *
   * `undefined`: the stream is empty, so every message to come is new.
   */
  learnNewest(offset: number | undefined): boolean {
    if (typeof this.#from === 'object' && 'after' in this.#from) return this.#from.after > (offset ?? -1);
    this.#newest = offset;
    if (offset === undefined) this.#from = 'first';
    return false;
  }

  /**
   * Takes a message, with its id as sent: whether to show it, also when others were dropped before it,
   * or to pass over it, or to `restart`.
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

  /** The stream is another one: all of it is new. */
  restart(): void {
    this.#last = undefined;
    this.#newest = undefined;
    this.#from = 'first';
  }

  /** The offset that comes next, as far as that was asked for. */
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
