import type { Model } from '@restmapper/endpoints';
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts';

/** What a client that asks for a feed gets, or why it does not. */
export type Admission = LiveFeed | 'UNKNOWN_FEED' | 'FORBIDDEN' | 'UNAVAILABLE';

export interface LiveFeedsOptions extends LiveFeedOptions {
  readonly model: Model;
}

/** How long clients wait for feeds that cannot be read yet; after that they are told. */
const patienceMs = 5_000;

/** The feeds of a model that clients may watch, each followed once. */
export class LiveFeeds {
  /** Resolves when every feed may be read, or it takes too long; clients are served from then on. */
  readonly settled: Promise<void>;
  readonly #model: Model;
  readonly #open: ReadonlyMap<string, LiveFeed>;
  #patience: NodeJS.Timeout | undefined;

  constructor({ model, ...options }: LiveFeedsOptions) {
    this.#model = model;
    const watched = model.feeds.filter(({ access }) => access.kind === 'public');
    this.#open = new Map(watched.map((feed) => [feed.name, new LiveFeed(feed, options)]));
    this.settled = new Promise((resolve) => {
      this.#patience = setTimeout(resolve, patienceMs);
      void Promise.all(this.all.map((feed) => feed.ready)).then(() => resolve());
    });
  }

  get all(): readonly LiveFeed[] {
    return [...this.#open.values()];
  }

  /** Whether every feed may be read. */
  get areReady(): boolean {
    return this.all.every((feed) => feed.isReady);
  }

  /** The feed, when it may be read by anybody. Who may read one that is not public is to be decided here. */
  admit(name: string): Admission {
    const feed = this.#model.feeds.find((feed) => feed.name === name);
    if (!feed) return 'UNKNOWN_FEED';
    const open = this.#open.get(name);
    if (!open) return 'FORBIDDEN';
    return open.isReady ? open : 'UNAVAILABLE';
  }

  async close(): Promise<void> {
    clearTimeout(this.#patience);
    await Promise.all(this.all.map((feed) => feed.close()));
  }
}
