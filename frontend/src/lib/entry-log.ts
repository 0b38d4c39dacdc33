import type { FeedEntry } from './feed-entry.ts';

export interface EntryLogOptions {
  /** @default 5000 */
  readonly maxEntries?: number;
  /** For all messages together; the newest entry is kept whatever its size. @default 16777216 */
  readonly maxCharacters?: number;
}

export type EntryFilter = (entry: FeedEntry) => boolean;

/** The newest entries of a feed, bounded in number and size, and the subset that matches a filter. */
export class EntryLog {
  readonly maxEntries: number;
  readonly #maxCharacters: number;
  #entries: readonly FeedEntry[] = [];
  #shown: readonly FeedEntry[] = [];
  #characters = 0;
  #filter: EntryFilter | undefined;

  constructor({ maxEntries = 5_000, maxCharacters = 16_777_216 }: EntryLogOptions = {}) {
    this.maxEntries = maxEntries;
    this.#maxCharacters = maxCharacters;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The entries that match the filter, newest first; a new array after each change. */
  get shown(): readonly FeedEntry[] {
    return this.#shown;
  }

  /** Adds entries, oldest first. */
  append(batch: readonly FeedEntry[]): void {
    const newest = batch.toReversed();
    const filter = this.#filter;
    const entries = [...newest, ...this.#entries];
    for (const entry of newest) this.#characters += sizeOf(entry);
    this.#evict(entries);
    this.#entries = entries;
    this.#shown = filter ? this.#stillHeld([...newest.filter(filter), ...this.#shown]) : entries;
  }

  /** Shows only entries that match the filter; undefined shows all. */
  filterBy(filter: EntryFilter | undefined): void {
    this.#filter = filter;
    this.#shown = filter ? this.#entries.filter(filter) : this.#entries;
  }

  clear(): void {
    this.#entries = [];
    this.#shown = [];
    this.#characters = 0;
  }

  #evict(entries: FeedEntry[]): void {
    while (
      entries.length > this.maxEntries ||
      (this.#characters > this.#maxCharacters && entries.length > 1)
    ) {
      const evicted = entries.pop();
      if (evicted) this.#characters -= sizeOf(evicted);
    }
  }

  #stillHeld(shown: FeedEntry[]): readonly FeedEntry[] {
    const oldest = this.#entries.at(-1)?.key ?? 0;
    while (shown.length > 0 && (shown.at(-1)?.key ?? 0) < oldest) shown.pop();
    return shown;
  }
}

function sizeOf(entry: FeedEntry): number {
  return entry.kind === 'message' ? entry.raw.length : 0;
}
