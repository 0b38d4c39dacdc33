import type { Authenticator, Caller } from '@restmapper/auth';
import { requestError, RequestError } from '@restmapper/core';
import type { Access, Model } from '@restmapper/endpoints';
import type { Filter } from '../feed/filter.ts';
import { forcedFilterOf, isSameFilter } from './forced-filter.ts';
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts';

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

/** The watchable feeds of a model, each followed once. */
export class LiveFeeds {
  /** Resolves when every feed can be read, or after a timeout; clients are served from then on. */
  readonly settled: Promise<void>;
  /** The schemes that protect feeds. */
  readonly schemes: readonly string[];
  /** Whether there is a public feed. */
  readonly hasPublic: boolean;
  readonly #model: Model;
  readonly #authenticator: Authenticator;
  readonly #open: ReadonlyMap<string, LiveFeed>;
  #patience: NodeJS.Timeout | undefined;

  constructor({ model, authenticator, ...options }: LiveFeedsOptions) {
    this.#model = model;
    this.#authenticator = authenticator;
    const watched = model.feeds.filter(({ access }) => access.kind === 'public' || access.schemes.length > 0);
    this.schemes = [...new Set(watched.flatMap(({ access }) => schemesOf(access)))];
    this.hasPublic = watched.some(({ access }) => access.kind === 'public');
    this.#open = new Map(watched.map((feed) => [feed.name, new LiveFeed(feed, options)]));
    this.settled = new Promise((resolve) => {
      this.#patience = setTimeout(resolve, options.limits.feedWaitMs);
      void Promise.all(this.all.map((feed) => feed.ready)).then(() => resolve());
    });
  }

  get all(): readonly LiveFeed[] {
    return [...this.#open.values()];
  }

  /** Whether it is known for every feed if it can be read right now. */
  get areReady(): boolean {
    return this.all.every((feed) => feed.isSettled);
  }

  /** The schemes that protect a feed; empty for a public one. */
  schemesOf(name: string): readonly string[] {
    const feed = this.#model.feeds.find((feed) => feed.name === name);
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
    const feed = this.#open.get(name);
    if (feed?.isReady) return { feed, forced };
    throw requestError('UNAVAILABLE', { detail: 'the feed cannot be read yet' });
  }

  /** A feed that a caller may watch, whether it can be read now or not. */
  watchable(caller: Caller): readonly Admission[] {
    return this.namesFor(caller).flatMap((name) => {
      const feed = this.#open.get(name);
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
    return this.#isFor(name, caller) ? this.#open.get(name)?.catchUp(since) : undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#patience);
    await Promise.all(this.all.map((feed) => feed.close()));
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
    const feed = this.#model.feeds.find((feed) => feed.name === name);
    if (!feed) throw requestError('UNKNOWN_FEED', { detail: `there is no feed ${name}` });
    return forcedFilterOf(feed, this.#authenticator.authorise(caller, feed.access));
  }
}

function schemesOf(access: Access): readonly string[] {
  return access.kind === 'public' ? [] : access.schemes;
}
