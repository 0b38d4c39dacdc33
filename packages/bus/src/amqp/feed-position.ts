import type { FollowOptions } from '../bus.ts';
import type { FeedMessage } from '../message.ts';

/** How far the broker's clock may be behind ours without a message being missed. */
const clockToleranceSeconds = 60;

/**
 * Where a follower stands in its stream, and from where it reads when it has to attach again.
 *
 * One who has seen a message reads that again first. Finding it in its place proves that the stream is
 * still the same; one that was deleted and made anew counts from 0, and is read from its beginning.
 *
 * One who follows what comes `next`, and has seen nothing yet, has no offset to go on from. It reads
 * from a minute before it first came, and leaves out what is older by the messages' own timestamps:
 * nothing that was published meanwhile is missed, as far as its publishers' clocks agree with ours.
 */
export class FeedPosition {
  #from: FollowOptions['from'];
  #sinceMs: number | undefined;
  #last: Seen | undefined;
  #isProven = true;

  constructor(from: FollowOptions['from']) {
    this.#from = from;
  }

  /** The consumer argument `x-stream-offset`. @see https://www.rabbitmq.com/docs/streams#consuming */
  get start(): unknown {
    if (this.#last) return this.#last.offset;
    if (typeof this.#from === 'object') return this.#from.after + 1;
    if (this.#from === 'first' || this.#sinceMs === undefined) return this.#from;
    return { '!': 'timestamp', value: Math.floor(this.#sinceMs / 1000) - clockToleranceSeconds };
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

  /** Takes a message, with its id as sent: whether to show it, or to pass over it, or to `restart`. */
  read({ offset, body, timestampMs }: FeedMessage, id: unknown): 'show' | 'skip' | 'restart' {
    const last = this.#last;
    if (last && !this.#isProven) {
      this.#isProven = offset > last.offset || (id === last.id && body.equals(last.body));
      if (!this.#isProven) return 'restart';
    }
    if (last && offset <= last.offset) return 'skip';
    if (!last && this.#from === 'next' && timestampMs < (this.#sinceMs ?? 0)) return 'skip';
    this.#last = { offset, id, body };
    return 'show';
  }

  /** The stream is another one: all of it is new. */
  restart(): void {
    this.#last = undefined;
    this.#from = 'first';
  }
}

interface Seen {
  readonly offset: number;
  readonly id: unknown;
  readonly body: Buffer;
}
