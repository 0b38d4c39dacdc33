import type { FeedListener, FollowOptions } from '../contract/bus.ts';
import type { Log } from '@restmapper/core';
import { FeedLog } from './feed-log.ts';
import type { FeedLogOptions } from './feed-log.ts';
import type { Posted } from './stored-message.ts';

/** How many messages a follower gets before yielding to others. */
const turnLength = 256;

/** A feed and its followers, each at its own offset. */
export class MemoryFeed {
  /** Followers only watch: they never handle requests. */
  readonly hasReaders = false;
  readonly #log: FeedLog;
  readonly #followers = new Set<Follower>();
  #isAwake = false;

  constructor(options: FeedLogOptions) {
    this.#log = new FeedLog(options);
  }

  /** The number of messages held. */
  get size(): number {
    this.#log.evict(Date.now());
    return this.#log.next - this.#log.first;
  }

  /** `undefined` if it never had a message. */
  get newestOffset(): number | undefined {
    return this.#log.next === 0 ? undefined : this.#log.next - 1;
  }

  get followers(): number {
    return this.#followers.size;
  }

  post({ message }: Pick<Posted, 'message'>): void {
    this.#log.append(message, Date.now());
    this.#wake();
  }

  /** Calls the listener in separate turns, never on a publisher's stack; returns a function that stops it. */
  follow(listener: FeedListener, options: FollowFeedOptions): () => void {
    this.#log.evict(Date.now());
    const { from } = options;
    const isAhead = typeof from === 'object' && 'after' in from && from.after >= this.#log.next;
    const next = this.#offsetOf(isAhead ? 'first' : from);
    const follower = { listener, options, next, shownAt: this.#log.next, isAhead };
    this.#followers.add(follower);
    this.#wake();
    return () => void this.#followers.delete(follower);
  }

  /**
   * An offset that is not held becomes the nearest one that is, as in RabbitMQ; at the latest when it is
   * read.
   */
  #offsetOf(from: FollowOptions['from']): number {
    const { first, next } = this.#log;
    if (from === 'next') return next;
    if (from === 'first') return first;
    if ('last' in from) return Math.max(first, next - from.last);
    return from.after + 1;
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
    const { first } = this.#log;
    if (follower.isAhead) {
      follower.isAhead = false;
      follower.options.onBreak?.('recreated');
    }
    if (follower.next < first) {
      follower.next = first;
      follower.options.onBreak?.('dropped');
    }
    const end = Math.min(follower.next + turnLength, this.#log.next);
    while (follower.next < end && this.#followers.has(follower)) {
      const message = this.#log.at(follower.next);
      follower.next += 1;
      if (message) tell(follower, message);
    }
    if (follower.next >= follower.shownAt) follower.options.onShown?.();
    if (follower.next < this.#log.next) this.#wake();
  }
}

export interface FollowFeedOptions extends FollowOptions {
  readonly log: Log;
  /** Called, possibly repeatedly, when the messages present at the start have been delivered. */
  readonly onShown?: () => void;
}

interface Follower {
  readonly listener: FeedListener;
  readonly options: FollowFeedOptions;
  next: number;
  /** The offset of the first message published after the start. */
  readonly shownAt: number;
  /** Whether it must still be told that the requested offset is ahead of the feed. */
  isAhead: boolean;
}

function tell({ listener, options: { log } }: Follower, message: Parameters<FeedListener>[0]): void {
  try {
    listener(message);
  } catch (error) {
    log.error(
      { err: error, offset: message.offset },
      'a listener of a feed threw; continuing with the next message',
    );
  }
}
