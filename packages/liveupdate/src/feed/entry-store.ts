import type { Entry } from './entry.ts';

export interface EntryStoreOptions {
  readonly maxFrames: number;
  /** The maximum total size of the frames; the newest is kept whatever its size. */
  readonly maxBytes: number;
}

/** The latest entries of a feed in offset order; the oldest are evicted when there are too many. */
export class EntryStore {
  readonly #maxBytes: number;
  readonly #entries: (Entry | undefined)[];
  /** The places of the oldest entry and of the next one, counted from 0 and never reused. */
  #head = 0;
  #tail = 0;
  #bytes = 0;

  constructor({ maxFrames, maxBytes }: EntryStoreOptions) {
    this.#maxBytes = maxBytes;
    this.#entries = Array.from({ length: maxFrames });
  }

  get oldest(): Entry | undefined {
    return this.#tail > this.#head ? this.#at(this.#head) : undefined;
  }

  get newest(): Entry | undefined {
    return this.newestBut(0);
  }

  /** The entry a number of places before the newest, or the oldest if there are fewer. */
  newestBut(places: number): Entry | undefined {
    return this.#tail > this.#head ? this.#at(Math.max(this.#head, this.#tail - 1 - places)) : undefined;
  }

  /** Adds an entry; returns the last one that it evicted. */
  push(entry: Entry): Entry | undefined {
    let evicted = this.#tail - this.#head === this.#entries.length ? this.#shift() : undefined;
    this.#entries[this.#tail % this.#entries.length] = entry;
    this.#tail += 1;
    this.#bytes += entry.frame.length;
    while (this.#bytes > this.#maxBytes && this.#tail - this.#head > 1) evicted = this.#shift();
    return evicted;
  }

  clear(): void {
    this.#entries.fill(undefined);
    this.#head = this.#tail;
    this.#bytes = 0;
  }

  /** The entries from an offset on, oldest first. */
  *from(offset: number): Generator<Entry> {
    for (let place = this.#placeOf(offset); place < this.#tail; place += 1) yield this.#at(place);
  }

  /** The entries, newest first. */
  *backwards(): Generator<Entry> {
    for (let place = this.#tail - 1; place >= this.#head; place -= 1) yield this.#at(place);
  }

  /** The place of the first entry at or after an offset; offsets may have holes. */
  #placeOf(offset: number): number {
    let low = this.#head;
    let high = this.#tail;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#at(middle).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #at(place: number): Entry {
    return this.#entries[place % this.#entries.length] as Entry; // Between head and tail there are no holes.
  }

  #shift(): Entry {
    const oldest = this.#at(this.#head);
    this.#entries[this.#head % this.#entries.length] = undefined;
    this.#head += 1;
    this.#bytes -= oldest.frame.length;
    return oldest;
  }
}
