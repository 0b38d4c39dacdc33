import type { Authenticator, Caller } from '@restmapper/auth';
import { requestError, RequestError, settlesWithin } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import type { Filter } from '../feed/filter.ts';
import { forcedFilterOf, isSameFilter } from './forced-filter.ts';
import { FeedSet, schemesOf } from './feed-set.ts';
import type { LiveFeed, LiveFeedOptions } from './live-feed.ts';

/** A feed with a caller's access to it. */
export interface Admission {
  readonly feed: LiveFeed;
  /** The filter forced on the caller; absent if it may see everything. */
  readonly forced: Filter | undefined;
}

export interface LiveFeedsOptions extends LiveFeedOptions {
  readonly model: Model;
  readonly authenticator: Authenticator;
}

/** The feeds of the next model; the added ones are followed already. */
export interface NextFeeds {
  /** Serves these from now on; returns the removed ones, for the caller to close. */
  adopt(): readonly LiveFeed[];
  /** Closes the added ones. */
  discard(): Promise<void>;
}

/** The watchable feeds of the model now in force, each followed once. */
export class LiveFeeds {
  /** Resolves when every feed can be read, or after a timeout; clients are served from then on. */
  readonly settled: Promise<void>;
  readonly #authenticator: Authenticator;
  readonly #options: LiveFeedOptions;
  #set: FeedSet;
  #patience: NodeJS.Timeout | undefined;

  constructor({ model, authenticator, ...options }: LiveFeedsOptions) {
    this.#authenticator = authenticator;
    this.#options = options;
    this.#set = new FeedSet(model, options);
    this.settled = new Promise((resolve) => {
      this.#patience = setTimeout(resolve, options.limits.feedWaitMs);
      void Promise.all(this.all.map((feed) => feed.ready)).then(() => resolve());
    });
  }

  get all(): readonly LiveFeed[] {
    return this.#set.all;
  }

  /** The schemes that protect feeds. */
  get schemes(): readonly string[] {
    return this.#set.schemes;
  }

  /** Whether there is a public feed. */
  get hasPublic(): boolean {
    return this.#set.hasPublic;
  }

  /** Whether it is known for every feed if it can be read right now. */
  get areReady(): boolean {
    return this.all.every((feed) => feed.isSettled);
  }

  /** The schemes that protect a feed; empty for a public one. */
  schemesOf(name: string): readonly string[] {
    const feed = this.#set.model.feeds.find((feed) => feed.name === name);
    return feed ? schemesOf(feed.access) : [];
  }

  /** The names of the feeds that a caller may watch. */
  namesFor(caller: Caller): readonly string[] {
    return this.all.map(({ name }) => name).filter((name) => this.#isFor(name, caller));
  }

  /** The first of some feeds that a caller may no longer watch, or not with its current filter. */
  findForbidden(watched: Iterable<Admission>, caller: Caller): string | undefined {
    for (const { feed, forced } of watched) {
      if (!this.#isFor(feed.name, caller, (filter) => isSameFilter(filter, forced))) return feed.name;
    }
    return undefined;
  }

  /**
   * Returns a feed to a caller that may watch it.
   *
   * @throws RequestError UNKNOWN_FEED (404), UNAUTHENTICATED (401), FORBIDDEN, INSUFFICIENT_SCOPE (403),
   * RATE_LIMITED (429), AUTH_UNAVAILABLE, UNAVAILABLE (503).
   */
  admit(name: string, caller: Caller): Admission {
    const forced = this.#authorise(name, caller);
    const feed = this.#set.get(name);
    if (feed?.isReady) return { feed, forced };
    throw requestError('UNAVAILABLE', { detail: 'the feed cannot be read yet' });
  }

  /** A feed that a caller may watch, whether it can be read now or not. */
  watchable(caller: Caller): readonly Admission[] {
    return this.namesFor(caller).flatMap((name) => {
      const feed = this.#set.get(name);
      return feed?.hasBegun ? [{ feed, forced: this.#authorise(name, caller) }] : [];
    });
  }

  /**
   * Waits for messages that a caller already has from another process; `undefined` if there is nothing to
   * wait for.
   *
   * @throws RequestError as `admit`, and UNAVAILABLE (503) if the broker does not report the feed's newest
   * offset.
   */
  catchUp(name: string, caller: Caller, since: string | undefined): Promise<void> | undefined {
    return this.#isFor(name, caller) ? this.#set.get(name)?.catchUp(since) : undefined;
  }

  /** Why a feed is no longer served: `changed` when another one has its name; `undefined` while it is served. */
  endOf(feed: LiveFeed): 'removed' | 'changed' | undefined {
    const current = this.#set.get(feed.name);
    if (current === feed) return undefined;
    return current ? 'changed' : 'removed';
  }

  /** Follows the feeds that the next model adds; resolves when they can be read, or after `feedWaitMs`. */
  async prepare(model: Model): Promise<NextFeeds> {
    const before = this.#set;
    const next = new FeedSet(model, this.#options, before);
    const added = next.without(before);
    const ready = Promise.all(added.map((feed) => feed.ready));
    await settlesWithin(ready, this.#options.limits.feedWaitMs);
    return {
      adopt: () => {
        this.#set = next;
        next.adopt();
        return before.without(next);
      },
      discard: () => closeAll(added),
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.#patience);
    await closeAll(this.all);
  }

  #isFor(
    name: string,
    caller: Caller,
    accepts: (forced: Filter | undefined) => boolean = () => true,
  ): boolean {
    try {
      return accepts(this.#authorise(name, caller));
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }

  /** The filter forced on the caller. */
  #authorise(name: string, caller: Caller): Filter | undefined {
    const feed = this.#set.model.feeds.find((feed) => feed.name === name);
    if (!feed) throw requestError('UNKNOWN_FEED', { detail: `there is no feed ${name}` });
    return forcedFilterOf(feed, this.#authenticator.authorise(caller, feed.access));
  }
}

export async function closeAll(feeds: readonly LiveFeed[]): Promise<void> {
  await Promise.all(feeds.map((feed) => feed.close()));
}
