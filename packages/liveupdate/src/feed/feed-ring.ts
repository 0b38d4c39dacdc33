import { type Chunk, ChunkCache, joinEntries } from './chunk.ts';
import { Entry, type FrameForm } from './entry.ts';
import { EntryStore } from './entry-store.ts';
import type { Filter } from './filter.ts';
import type { Gap } from './gap.ts';
import type { FeedData } from './message-frame.ts';
import { emptyEpoch, type Epoch, formatPosition } from './position.ts';
import { OffsetFingerprints } from './offset-fingerprints.ts';

export interface FeedRingOptions {
  readonly feed: string;
  readonly maxFrames: number;
  /** The maximum total size of the frames; the newest is kept whatever its size. */
  readonly maxBytes: number;
  /** The maximum size of a chunk, unless a single message is larger. */
  readonly maxChunkBytes: number;
}

export interface RingMessage extends Omit<FeedData, 'feed'> {
  /** By `tagOf`. */
  readonly tag: number;
}

/** The place of one reader: its only cost besides the connection. Only the ring moves it. */
export interface Cursor {
  /** Its next offset: everything below was read, filtered out, or reported as lost. */
  next: number;
  /** The index of its stream among those that the ring has seen. */
  generation: number;
  /** How many of the feed's interruptions were reported to its reader. */
  interruptions: number;
  readonly filter: Filter | undefined;
}

/** A gap to be reported to the reader; its cursor is already past it. */
export interface Loss {
  readonly kind: 'gap';
  readonly gap: Gap;
  /** The reader's position now. */
  readonly position: string;
}

/** The next item for a reader; `behind` if it is no longer held, until `skip` moves the cursor. */
export type Reading = Chunk | Loss | { readonly kind: 'behind' } | undefined;

/**
 * An epoch is renewed after this many messages, but not from one of the latest, which other processes may
 * lack.
 */
const anchorEvery = 1_024;
const anchorLag = 64;

const behind = { kind: 'behind' } as const;

/**
 * The latest messages of one feed, shared by all its readers; each reader holds only a cursor.
 *
 * Offsets are the broker's: they increase, may have holes, and restart when the stream is recreated. The
 * oldest messages are evicted when there are too many, and a reader that still needed them is told.
 */
export class FeedRing {
  readonly feed: string;
  readonly #maxChunkBytes: number;
  readonly #entries: EntryStore;
  readonly #tags = new OffsetFingerprints();
  readonly #chunks = new ChunkCache();
  #first = 0;
  #next = 0;
  #isBlank = true;
  #generation = 0;
  #interruptions = 0;
  #epoch = emptyEpoch;
  #lostFrom: number | undefined;

  constructor({ feed, maxChunkBytes, ...store }: FeedRingOptions) {
    this.feed = feed;
    this.#maxChunkBytes = maxChunkBytes;
    this.#entries = new EntryStore(store);
  }

  /** The offset from which on the ring is complete. */
  get first(): number {
    return this.#first;
  }

  /** The offset after the newest message. */
  get next(): number {
    return this.#next;
  }

  get entries(): Pick<EntryStore, 'from' | 'backwards' | 'newest'> {
    return this.#entries;
  }

  /** The position of a reader that has everything below an offset. */
  positionBefore(offset: number): string {
    return formatPosition(this.#epoch, offset - 1);
  }

  /** Adds the next message. */
  append({ tag, ...message }: RingMessage): void {
    const { offset } = message;
    const gap = this.#advance(offset);
    this.#tags.add(offset, tag);
    const announcesEpoch = this.#renewEpoch(offset);
    const entry = new Entry({ ...message, feed: this.feed, gap, epoch: this.#epoch, announcesEpoch });
    const evicted = this.#entries.push(entry);
    if (evicted) this.#first = evicted.offset + 1;
  }

  /** Records the next message without passing it to readers. */
  pass(offset: number): void {
    this.#lostFrom = this.#advance(offset)?.from;
  }

  /** Messages between the newest and the next one were lost before they arrived. */
  markLoss(): void {
    if (!this.#isBlank) this.#lostFrom ??= this.#next;
  }

  /** The feed cannot be read right now; each reader is told once it has read everything here. */
  interrupt(): void {
    this.#interruptions += 1;
  }

  /** The stream was replaced; each reader is told on its next read. */
  restart(): void {
    this.#generation += 1;
    this.#entries.clear();
    this.#tags.clear();
    this.#chunks.clear();
    this.#first = 0;
    this.#next = 0;
    this.#isBlank = true;
    this.#epoch = emptyEpoch;
    this.#lostFrom = undefined;
  }

  /** A cursor at an offset. */
  cursorAt(next: number, filter?: Filter): Cursor {
    return { next, generation: this.#generation, interruptions: this.#interruptions, filter };
  }

  /** Whether an epoch belongs to this stream, as far as its anchor is remembered. */
  prove({ anchor, tag }: Epoch): 'same' | 'other' | 'unknown' {
    if (!this.#tags.covers(anchor)) return 'unknown';
    return this.#tags.at(anchor) === tag ? 'same' : 'other';
  }

  /** Reads the next item and moves the cursor past it; `undefined` at the end. */
  read(cursor: Cursor, form: FrameForm): Reading {
    if (cursor.generation !== this.#generation) return this.#enter(cursor);
    if (cursor.next >= this.#next) return this.#pauseAt(cursor);
    if (this.lacks(cursor)) return behind;
    const chunk = this.#chunkFor(cursor, form);
    cursor.next = chunk.next;
    return chunk.bytes.length === 0 ? this.#pauseAt(cursor) : chunk;
  }

  /** Skips the cursor ahead, to the oldest message that is recent enough, or to the newest. */
  skip(cursor: Cursor, to: 'newest' | { readonly maxAgeMs: number }): Loss {
    const next = to === 'newest' ? this.#entries.newest?.offset : this.#oldestWithin(to.maxAgeMs);
    const gap: Gap = { from: cursor.next, to: (next ?? this.#next) - 1, why: 'slow' };
    cursor.next = gap.to + 1;
    return { kind: 'gap', gap, position: this.positionBefore(cursor.next) };
  }

  /** Whether the cursor is at the end. */
  isDone({ next, generation, interruptions }: Cursor): boolean {
    return next >= this.#next && generation === this.#generation && interruptions === this.#interruptions;
  }

  /** Whether the cursor's next message is no longer held. */
  lacks({ next, generation }: Cursor): boolean {
    return generation === this.#generation && next < this.#first;
  }

  /** The age of the cursor's next message here, in milliseconds; 0 without one. */
  lagMs(cursor: Cursor): number {
    if (cursor.next >= this.#next) return 0;
    const { value } = this.#entries.from(cursor.next).next();
    return value ? performance.now() - value.cameAtMs : 0;
  }

  /** Moves to an offset; returns the gap recorded before it. */
  #advance(offset: number): Gap | undefined {
    if (this.#isBlank) this.#begin(offset);
    const from = this.#lostFrom;
    this.#lostFrom = undefined;
    this.#next = offset + 1;
    return from === undefined || from === offset ? undefined : { from, to: offset - 1, why: 'broker' };
  }

  /** A reader at the beginning has missed everything before the first message seen. */
  #begin(offset: number): void {
    this.#isBlank = false;
    this.#first = offset;
    if (offset > 0) this.#generation += 1;
  }

  /** Renews the epoch if due; returns whether it changed. The message at the offset is about to be added. */
  #renewEpoch(offset: number): boolean {
    const { anchor } = this.#epoch;
    const isHeld = this.#epoch !== emptyEpoch && anchor >= this.#first;
    if (isHeld && offset - anchor < anchorEvery) return false;
    const renewed = this.#entries.newestBut(anchorLag)?.offset ?? offset;
    const tag = this.#tags.at(renewed);
    if (tag === undefined || (renewed === anchor && isHeld)) return false;
    this.#epoch = { anchor: renewed, tag };
    return true;
  }

  /** Moves a reader of the previous stream to the beginning of this one. */
  #enter(cursor: Cursor): Loss {
    cursor.generation = this.#generation;
    cursor.interruptions = this.#interruptions;
    cursor.next = this.#first;
    const gap: Gap = { from: 0, to: this.#first - 1, why: 'epoch' };
    return { kind: 'gap', gap, position: this.positionBefore(cursor.next) };
  }

  /** Reports a new interruption to a reader that has read everything. */
  #pauseAt(cursor: Cursor): Loss | undefined {
    if (cursor.interruptions === this.#interruptions) return undefined;
    cursor.interruptions = this.#interruptions;
    const gap: Gap = { from: cursor.next, to: cursor.next - 1, why: 'broker' };
    return { kind: 'gap', gap, position: this.positionBefore(cursor.next) };
  }

  #chunkFor({ next: from, filter }: Cursor, form: FrameForm): Chunk {
    const end = this.#next;
    const kept = filter ? undefined : this.#chunks.find(form, from, end);
    if (kept) return kept;
    const entries = this.#entries.from(from);
    const chunk = joinEntries({ entries, form, filter, maxBytes: this.#maxChunkBytes, end });
    if (!filter) this.#chunks.keep({ form, from, end, chunk });
    return chunk;
  }

  #oldestWithin(maxAgeMs: number): number | undefined {
    const bornMs = performance.now() - maxAgeMs;
    for (const { offset, cameAtMs } of this.#entries.from(this.#first)) if (cameAtMs >= bornMs) return offset;
    return undefined;
  }
}
