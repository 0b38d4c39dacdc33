import type { Entry, FrameForm } from './entry.ts';
import { type Filter, matches } from './filter.ts';

/** Frames that follow one another on the wire. */
export interface Chunk {
  readonly kind: 'chunk';
  readonly bytes: Buffer;
  /** The number of messages in it. */
  readonly messages: number;
  /** The next offset for the reader. */
  readonly next: number;
  /** Whether it reaches the newest message. */
  readonly isLast: boolean;
}

/** Reads entries from a place on, as many as fit, but at least one. */
export interface ChunkRequest {
  readonly entries: Iterable<Entry>;
  readonly form: FrameForm;
  readonly filter: Filter | undefined;
  readonly maxBytes: number;
  /** The offset after the last of the entries. */
  readonly end: number;
}

export function joinEntries({ entries, form, filter, maxBytes, end }: ChunkRequest): Chunk {
  const parts: Buffer[] = [];
  let size = 0;
  let messages = 0;
  for (const entry of entries) {
    const isWanted = !filter || matches(filter, entry.fields);
    const bytes = isWanted ? entry.bytes(form) : entry.notices(form);
    if (!bytes) continue;
    if (size > 0 && size + bytes.length > maxBytes) {
      return { kind: 'chunk', bytes: join(parts, size), messages, next: entry.offset, isLast: false };
    }
    parts.push(bytes);
    size += bytes.length;
    messages += isWanted ? 1 : 0;
  }
  return { kind: 'chunk', bytes: join(parts, size), messages, next: end, isLast: true };
}

function join(parts: readonly Buffer[], size: number): Buffer {
  const [first] = parts;
  return first && parts.length === 1 ? first : Buffer.concat(parts, size);
}

/** How many places in a ring are cached for several readers; readers that keep up share one. */
const capacity = 16;

interface Kept {
  readonly form: FrameForm;
  readonly from: number;
  readonly end: number;
  readonly chunk: Chunk;
}

/** A cache of the latest unfiltered chunks: readers at the same place share the same bytes. */
export class ChunkCache {
  #kept: Kept[] = [];

  /** `end` is the offset after the newest message: a last chunk that does not end there is outdated. */
  find(form: FrameForm, from: number, end: number): Chunk | undefined {
    for (const kept of this.#kept) {
      if (kept.from !== from || kept.form !== form) continue;
      if (kept.end === end || !kept.chunk.isLast) return kept.chunk;
    }
    return undefined;
  }

  keep(kept: Kept): void {
    if (this.#kept.length === capacity) this.#kept.pop();
    this.#kept.unshift(kept);
  }

  clear(): void {
    this.#kept = [];
  }
}
