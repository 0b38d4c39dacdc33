import type { Access, Feed, Model } from '@restmapper/endpoints';
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts';

/** The watchable feeds of one model. */
export class FeedSet {
  readonly model: Model;
  /** The schemes that protect feeds. */
  readonly schemes: readonly string[];
  /** Whether there is a public feed. */
  readonly hasPublic: boolean;
  readonly #open: ReadonlyMap<string, LiveFeed>;

  /** Follows each feed; those that the set before follows already are shared. */
  constructor(model: Model, options: LiveFeedOptions, before?: FeedSet) {
    const watched = model.feeds.filter(({ access }) => access.kind === 'public' || access.schemes.length > 0);
    this.model = model;
    this.schemes = [...new Set(watched.flatMap(({ access }) => schemesOf(access)))];
    this.hasPublic = watched.some(({ access }) => access.kind === 'public');
    this.#open = new Map(
      watched.map((feed) => [feed.name, before?.find(feed) ?? new LiveFeed(feed, options)]),
    );
  }

  get all(): readonly LiveFeed[] {
    return [...this.#open.values()];
  }

  get(name: string): LiveFeed | undefined {
    return this.#open.get(name);
  }

  /** The open feed that passes on the same messages in the same form. */
  find(feed: Feed): LiveFeed | undefined {
    const open = this.#open.get(feed.name);
    return open?.isOf(feed) ? open : undefined;
  }

  /** The feeds that the other set does not have. */
  without(other: FeedSet): readonly LiveFeed[] {
    return this.all.filter((feed) => other.get(feed.name) !== feed);
  }

  /** Applies this model's `whenSlow` to shared feeds. */
  adopt(): void {
    for (const feed of this.model.feeds) this.#open.get(feed.name)?.treatSlow(feed.whenSlow);
  }
}

export function schemesOf(access: Access): readonly string[] {
  return access.kind === 'public' ? [] : access.schemes;
}
