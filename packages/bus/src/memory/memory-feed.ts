import type { FeedListener, FollowOptions } from '../bus.ts';
import type { Log } from '../log.ts';
import { FeedLog } from './feed-log.ts';
import type { FeedLogOptions } from './feed-log.ts';
import type { Posted } from './stored-message.ts';

/** How many messages a follower gets before others have their turn. */
const turnLength = 256;

/** A feed, and those who follow it, each at an offset of its own. */
export class MemoryFeed {
  /** Followers only watch: none of them works on a request. */
  readonly hasReaders = false;
  readonly #log: FeedLog;
  readonly #followers = new Set<Follower>();
  #isAwake = false;

  constructor(options: FeedLogOptions) {
    this.#log = new FeedLog(options);
  }

  post({ message }: Posted): void {
    this.#log.append(message, Date.now());
    this.#wake();
  }

  /** Calls the listener in turns of its own, never on the stack of one who posts; returns what stops it. */
  follow(listener: FeedListener, { from, log }: FollowFeedOptions): () => void {
    this.#log.evict(Date.now());
    const follower = { listener, log, next: this.#offsetOf(from) };
    this.#followers.add(follower);
    this.#wake();
    return () => void this.#followers.delete(follower);
  }

  /** An offset that is not held becomes the nearest that is, like RabbitMQ's. */
  #offsetOf(from: FollowOptions['from']): number {
    const { first, next } = this.#log;
    if (from === 'next') return next;
    if (from === 'first') return first;
    return Math.min(Math.max(from.after + 1, first), next);
  }

  #wake(): void {
    if (this.#isAwake || this.#followers.size === 0) return;
    this.#isAwake = true;
    setImmediate(() => {
      this.#isAwake = false;
      this.#log.evict(Date.now());
      for (const follower of this.#followers) this.#advance(follower);
    });
  }

  #advance(follower: Follower): void {
    follower.next = Math.max(follower.next, this.#log.first);
    const end = Math.min(follower.next + turnLength, this.#log.next);
    while (follower.next < end && this.#followers.has(follower)) {
      const message = this.#log.at(follower.next);
      follower.next += 1;
      if (message) tell(follower, message);
    }
    if (follower.next < this.#log.next) this.#wake();
  }
}

export interface FollowFeedOptions extends FollowOptions {
  readonly log: Log;
}

interface Follower {
  readonly listener: FeedListener;
  readonly log: Log;
  next: number;
}

function tell({ listener, log }: Follower, message: Parameters<FeedListener>[0]): void {
  try {
    listener(message);
  } catch (error) {
    log.error({ err: error, offset: message.offset }, 'a listener of a feed threw; it goes on with the next');
  }
}
