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
  /** The size of the frames together; the newest is kept whatever its size. */
  readonly maxBytes: number;
  /** How much a reader gets at once, unless a single message is larger. */
  readonly maxChunkBytes: number;
}

export interface RingMessage extends Omit<FeedData, 'feed'> {
  /** By `tagOf`. */
  readonly tag: number;
}

/** Where one reader stands: all that it costs besides its connection. Only the ring moves it. */
export interface Cursor {
  /** The next offset it wants: what is below was read, filtered out, or declared lost. */
  next: number;
  /** Which of the streams that the ring has seen it reads. */
  generation: number;
  /** How many of the feed's interruptions its reader was told of. */
  interruptions: number;
  readonly filter: Filter | undefined;
}

/** A loss that the reader is to be told of; its cursor stands behind it already. */
export interface Loss {
  readonly kind: 'gap';
  readonly gap: Gap;
  /** Where the reader stands now. */
  readonly position: string;
}

/** What comes next for a reader; `behind` when it is no longer held, until `skip` moves the cursor. */
export type Reading = Chunk | Loss | { readonly kind: 'behind' } | undefined;

/** An epoch is renewed after so many messages, and not with one of the last, which other processes may lack. */
const anchorEvery = 1_024;
const anchorLag = 64;

const behind = { kind: 'behind' } as const;

/**
 * The latest messages of one feed, shared by all its readers, each of which holds only a cursor.
 *
 * Offsets are the broker's: they only go up, may have holes, and start over when the stream was
 * recreated. The oldest messages leave when there are too many, and a reader that still wanted them is told.
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

  /** The offset from which on nothing is missing here. */
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

  /** The position of a reader that has had everything below an offset. */
  positionBefore(offset: number): string {
    return formatPosition(this.#epoch, offset - 1);
  }

  /** Takes the next message. */
  append({ tag, ...message }: RingMessage): void {
    const { offset } = message;
    const gap = this.#advance(offset);
    this.#tags.add(offset, tag);
    const announcesEpoch = this.#renewEpoch(offset);
    const entry = new Entry({ ...message, feed: this.feed, gap, epoch: this.#epoch, announcesEpoch });
    const evicted = this.#entries.push(entry);
    if (evicted) this.#first = evicted.offset + 1;
  }

  /** Takes note of the next message without showing it to anybody. */
  pass(offset: number): void {
    this.#lostFrom = this.#advance(offset)?.from;
  }

  /** What is between the newest message and the one to come was lost before it came here. */
  markLoss(): void {
    if (!this.#isBlank) this.#lostFrom ??= this.#next;
  }

  /** The feed cannot be read at the moment; each reader is told once it has read everything here. */
  interrupt(): void {
    this.#interruptions += 1;
  }

  /** The stream is another one from now on; each reader is told when it reads on. */
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

  /** A cursor that wants what comes at an offset or later. */
  cursorAt(next: number, filter?: Filter): Cursor {
    return { next, generation: this.#generation, interruptions: this.#interruptions, filter };
  }

  /** Whether an epoch is one of this stream, as far as its anchor is remembered. */
  prove({ anchor, tag }: Epoch): 'same' | 'other' | 'unknown' {
    if (!this.#tags.covers(anchor)) return 'unknown';
    return this.#tags.at(anchor) === tag ? 'same' : 'other';
  }

  /** Reads on, and moves the cursor behind what it gives; `undefined` when there is nothing more. */
  read(cursor: Cursor, form: FrameForm): Reading {
    if (cursor.generation !== this.#generation) return this.#enter(cursor);
    if (cursor.next >= this.#next) return this.#pauseAt(cursor);
    if (this.lacks(cursor)) return behind;
    const chunk = this.#chunkFor(cursor, form);
    cursor.next = chunk.next;
    return chunk.bytes.length === 0 ? this.#pauseAt(cursor) : chunk;
  }

  /** Gives up on what the cursor wants, up to the oldest message that is young enough, or up to the newest. */
  skip(cursor: Cursor, to: 'newest' | { readonly maxAgeMs: number }): Loss {
    const next = to === 'newest' ? this.#entries.newest?.offset : this.#oldestWithin(to.maxAgeMs);
    const gap: Gap = { from: cursor.next, to: (next ?? this.#next) - 1, why: 'slow' };
    cursor.next = gap.to + 1;
    return { kind: 'gap', gap, position: this.positionBefore(cursor.next) };
  }

  /** Whether `read` has nothing more for the cursor. */
  isDone({ next, generation, interruptions }: Cursor): boolean {
    return next >= this.#next && generation === this.#generation && interruptions === this.#interruptions;
  }

  /** Whether what the cursor wants is no longer held. */
  lacks({ next, generation }: Cursor): boolean {
    return generation === this.#generation && next < this.#first;
  }

  /** How long the oldest message that the cursor wants has been here; 0 when there is none. */
  lagMs(cursor: Cursor): number {
    if (cursor.next >= this.#next) return 0;
    const { value } = this.#entries.from(cursor.next).next();
    return value ? performance.now() - value.cameAtMs : 0;
  }

  /** Moves on to an offset; gives the loss that was marked before it. */
  #advance(offset: number): Gap | undefined {
    if (this.#isBlank) this.#begin(offset);
    const from = this.#lostFrom;
    this.#lostFrom = undefined;
    this.#next = offset + 1;
    return from === undefined || from === offset ? undefined : { from, to: offset - 1, why: 'broker' };
  }

  /** A reader that stood at the beginning has missed what was before the first message that is seen. */
  #begin(offset: number): void {
    this.#isBlank = false;
    this.#first = offset;
    if (offset > 0) this.#generation += 1;
  }

  /** Whether the epoch is another now. The message at the offset is about to be added. */
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

  /** Lets a reader of the stream before read this one from its beginning. */
  #enter(cursor: Cursor): Loss {
    cursor.generation = this.#generation;
    cursor.interruptions = this.#interruptions;
    cursor.next = this.#first;
    const gap: Gap = { from: 0, to: this.#first - 1, why: 'epoch' };
    return { kind: 'gap', gap, position: this.positionBefore(cursor.next) };
  }

  /** Tells a reader that has read everything of an interruption it does not know of. */
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
