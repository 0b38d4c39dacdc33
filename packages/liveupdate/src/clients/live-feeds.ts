import type { Authenticator, Caller } from '@restmapper/auth';
import { requestError, RequestError } from '@restmapper/core';
import type { Access, Model } from '@restmapper/endpoints';
import type { Filter } from '../feed/filter.ts';
import { forcedFilterOf, isSameFilter } from './forced-filter.ts';
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts';

/** What a caller gets who may watch a feed. */
export interface Admission {
  readonly feed: LiveFeed;
  /** What the caller gets of it, whatever it asks for; absent for everything. */
  readonly forced: Filter | undefined;
}

export interface LiveFeedsOptions extends LiveFeedOptions {
  readonly model: Model;
  readonly authenticator: Authenticator;
}

/** The feeds of a model that somebody may watch, each followed once. */
export class LiveFeeds {
  /** Resolves when every feed may be read, or it takes too long; clients are served from then on. */
  readonly settled: Promise<void>;
  /** The schemes that let callers watch what is not public. */
  readonly schemes: readonly string[];
  /** Whether there is a feed that anybody may watch. */
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

  /** Whether of every feed it is known that it may be read, or that it cannot be for now. */
  get areReady(): boolean {
    return this.all.every((feed) => feed.isSettled);
  }

  /** The schemes that let callers watch a feed; none when nobody has to be asked. */
  schemesOf(name: string): readonly string[] {
    const feed = this.#model.feeds.find((feed) => feed.name === name);
    return feed ? schemesOf(feed.access) : [];
  }

  /** The names of the feeds that a caller may watch. */
  namesFor(caller: Caller): readonly string[] {
    return this.all.map(({ name }) => name).filter((name) => this.#isFor(name, caller));
  }

  /** The first of some feeds that a caller may no longer watch, or no longer confined as it is. */
  findForbidden(watched: Iterable<Admission>, caller: Caller): string | undefined {
    for (const { feed, forced } of watched) {
      if (!this.#isFor(feed.name, caller, (filter) => isSameFilter(filter, forced))) return feed.name;
    }
    return undefined;
  }

  /**
   * Gives a feed to a caller who may watch it.
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

  /** What a caller may watch, and has begun, whether it can be read now or not. */
  watchable(caller: Caller): readonly Admission[] {
    return this.namesFor(caller).flatMap((name) => {
      const feed = this.#open.get(name);
      return feed?.hasBegun ? [{ feed, forced: this.#authorise(name, caller) }] : [];
    });
  }

  /**
   * Waits until a feed has what a caller had of it elsewhere; `undefined` when nothing is to be waited for.
   *
   * @throws RequestError as `admit`, and UNAVAILABLE (503) when the broker does not tell how far the feed is.
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

  /** What the caller is confined to. */
  #authorise(name: string, caller: Caller): Filter | undefined {
    const feed = this.#model.feeds.find((feed) => feed.name === name);
    if (!feed) throw requestError('UNKNOWN_FEED', { detail: `there is no feed ${name}` });
    return forcedFilterOf(feed, this.#authenticator.authorise(caller, feed.access));
  }
}

function schemesOf(access: Access): readonly string[] {
  return access.kind === 'public' ? [] : access.schemes;
}
