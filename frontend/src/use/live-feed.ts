import {
  connectLive,
  type Live,
  type LiveGap,
  type LiveMessage,
  type LiveReady,
  type LiveState,
  type LiveSubscription,
} from '@restmapper/client';
import { effectScope, readonly, ref, shallowRef, type Ref, type ShallowRef, watch } from 'vue';
import { EntryLog } from '../lib/entry-log.ts';
import type { FeedEntry, GapEntry } from '../lib/feed-entry.ts';
import { FrameBatch, type FrameBatchOptions } from '../lib/frame-batch.ts';
import { addLoss, type Losses } from '../lib/losses.ts';
import { RateWindow } from '../lib/rate-window.ts';
import { containsText } from '../lib/text-search.ts';
import type { Where } from '../lib/where-clause.ts';
import { ownHeaders } from './credentials.ts';

export interface LiveFeedOptions {
  readonly live: Live;
  readonly schedule?: FrameBatchOptions<FeedEntry>['schedule'];
  /** @default Date.now */
  readonly now?: () => number;
}

/** The watched feed, and which of its messages the server sends. */
export interface Watched {
  readonly feed: string;
  readonly where?: Where | undefined;
}

/** An `Omit` that distributes over the members of a union. */
type NewEntry = FeedEntry extends infer Entry
  ? Entry extends FeedEntry
    ? Omit<Entry, 'key'>
    : never
  : never;

/** How many past messages a view begins with. */
const tail = 50;
/** The server's limit for a replay. */
const longestTail = 1_000;

/** The feed of the live view; it keeps running while other views are open. */
export class LiveFeed {
  readonly log = new EntryLog();
  readonly rates = new RateWindow();
  readonly #options: LiveFeedOptions;
  readonly #batch: FrameBatch<FeedEntry>;
  readonly #state: ShallowRef<LiveState>;
  readonly #shown = shallowRef<readonly FeedEntry[]>([]);
  readonly #watched = shallowRef<Watched>();
  readonly #received = ref(0);
  readonly #position = ref<string>();
  readonly #refusal = ref<string>();
  readonly #isReady = ref(false);
  readonly #losses = shallowRef<Losses>();
  #subscription: LiveSubscription | undefined;
  #isResumable = false;
  /** How many replayed messages are still to come. */
  #tailLeft = 0;
  /** The replayed messages so far: they are shown together. */
  #tail: readonly FeedEntry[] = [];
  #lastKey = 0;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.#state = shallowRef(options.live.state);
    options.live.onState((state) => (this.#state.value = state));
    this.#batch = new FrameBatch({
      flush: (entries) => this.#show(entries),
      maxItems: this.log.maxEntries,
      ...(options.schedule ? { schedule: options.schedule } : {}),
    });
  }

  get state(): Readonly<ShallowRef<LiveState>> {
    return this.#state;
  }

  /** The entries that match the filter, newest first. */
  get shown(): Readonly<ShallowRef<readonly FeedEntry[]>> {
    return this.#shown;
  }

  get watched(): Readonly<ShallowRef<Watched | undefined>> {
    return this.#watched;
  }

  /** How many messages have arrived since the feed is watched. */
  get received(): Readonly<Ref<number>> {
    return readonly(this.#received);
  }

  /** The position to resume from. */
  get position(): Readonly<Ref<string | undefined>> {
    return readonly(this.#position);
  }

  /** Why the server refused the subscription. */
  get refusal(): Readonly<Ref<string | undefined>> {
    return readonly(this.#refusal);
  }

  /** Whether the newest messages have arrived, if there are any. */
  get isReady(): Readonly<Ref<boolean>> {
    return readonly(this.#isReady);
  }

  /** The missed messages since the feed is watched, until dismissed. */
  get losses(): Readonly<ShallowRef<Losses | undefined>> {
    return this.#losses;
  }

  dismissLosses(): void {
    this.#losses.value = undefined;
  }

  /** Watches another feed, or the same with another condition, starting with the newest messages. */
  watch(watched: Watched): void {
    this.#batch.clear();
    this.#tail = [];
    this.log.clear();
    this.#shown.value = [];
    this.#received.value = 0;
    this.#position.value = undefined;
    this.#refusal.value = undefined;
    this.#isReady.value = false;
    this.#losses.value = undefined;
    this.#watched.value = watched;
    this.#subscribe(watched, tail);
  }

  /** Shows only messages that contain the text. */
  filterBy(text: string): void {
    this.log.filterBy(containsText(text));
    this.#shown.value = this.log.shown;
  }

  reconnect(): void {
    this.#options.live.reconnect();
  }

  /** Reconnects with other credentials, and clears the list: they may give access to other messages. */
  renew(): void {
    this.reconnect();
    if (this.#watched.value) this.watch(this.#watched.value);
  }

  #subscribe({ feed, where }: Watched, newest: number): void {
    this.#subscription?.close();
    this.#isResumable = false;
    this.#subscription = this.#options.live.subscribe(feed, {
      mode: `tail:${newest}`,
      ...(where ? { where } : {}),
      onReady: (ready) => this.#begin(ready),
      onMessage: (message) => this.#take(message),
      onGap: (gap) => this.#miss(gap),
      onError: ({ message }) => (this.#refusal.value = message),
    });
  }

  #begin({ at, recovered, replay }: LiveReady): void {
    if (this.#isResumable && recovered) this.#add({ kind: 'recovered', atMs: this.#now(), replay });
    this.#tailLeft = this.#isResumable ? 0 : replay;
    if (replay === 0) {
      this.#position.value = at;
      this.#isReady.value = true;
    }
    this.#isResumable = true;
  }

  #miss({ from, to, why }: LiveGap): void {
    const gap: Omit<GapEntry, 'key'> = { kind: 'gap', atMs: this.#now(), from, to, why };
    this.#add(gap);
    this.#losses.value = addLoss(this.#losses.value, { ...gap, key: this.#lastKey });
    // A recreated feed shares no messages with the old one, so its messages so far are fetched.
    if (why === 'epoch' && this.#watched.value) this.#subscribe(this.#watched.value, longestTail);
  }

  #take({ feed, offset, position, sentAt, raw }: LiveMessage): void {
    // Replayed messages are not current traffic.
    if (this.#tailLeft > 0) this.#tailLeft -= 1;
    else this.rates.add(1, this.#now());
    this.#add({ kind: 'message', feed, offset, position, sentAtMs: sentAt, raw });
  }

  #add(entry: NewEntry): void {
    this.#lastKey += 1;
    this.#batch.add({ ...entry, key: this.#lastKey });
  }

  #show(entries: readonly FeedEntry[]): void {
    if (this.#tailLeft > 0) {
      this.#tail = [...this.#tail, ...entries];
      return;
    }
    const all = [...this.#tail, ...entries];
    this.#tail = [];
    this.log.append(all);
    this.#received.value += all.filter(({ kind }) => kind === 'message').length;
    this.#isReady.value = true;
    this.#shown.value = this.log.shown;
    this.#position.value = this.#subscription?.position ?? this.#position.value;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

let shared: LiveFeed | undefined;

/** The page's only live feed, connected on first use, and reconnected when the credentials change. */
export function useLiveFeed(): LiveFeed {
  shared ??= openLiveFeed();
  return shared;
}

function openLiveFeed(): LiveFeed {
  const feed = new LiveFeed({ live: connectLive('/ws/v1/', { headers: () => ownHeaders.value }) });
  // It outlives the view that uses it first.
  effectScope(true).run(() => watch(ownHeaders, () => feed.renew()));
  return feed;
}
