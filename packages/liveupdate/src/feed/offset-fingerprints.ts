import { createHash } from 'node:crypto';
import type { FeedMessage } from '@restmapper/bus';

/** How many tags are remembered: four times as many as frames, at twelve bytes each. */
const capacity = 16_384;

/**
 * The tags of a feed's latest messages, including evicted ones.
 *
 * Offsets increase, but may have holes.
 */
export class OffsetFingerprints {
  readonly #offsets = new Float64Array(capacity).fill(-1);
  readonly #tags = new Uint32Array(capacity);
  #first: number | undefined;
  #last = -1;

  /** Whether every message from an offset on is remembered, up to the newest. */
  covers(offset: number): boolean {
    const isRecent = this.#first !== undefined && offset >= Math.max(this.#first, this.#last - capacity + 1);
    return isRecent && offset <= this.#last;
  }

  add(offset: number, tag: number): void {
    this.#first ??= offset;
    this.#last = offset;
    this.#offsets[offset % capacity] = offset;
    this.#tags[offset % capacity] = tag;
  }

  /** The tag of the message at an offset, as used in an epoch; `undefined` if unknown. */
  at(offset: number): string | undefined {
    const tag = this.#tags[offset % capacity];
    if (tag === undefined || this.#offsets[offset % capacity] !== offset) return undefined;
    return tag.toString(16).padStart(8, '0');
  }

  clear(): void {
    this.#offsets.fill(-1);
    this.#first = undefined;
    this.#last = -1;
  }
}

/** A hash of the message, the same in every process that reads it. */
export function tagOf({ messageId, body }: Pick<FeedMessage, 'messageId' | 'body'>): number {
  return createHash('sha256').update(messageId).update('\n').update(body).digest().readUInt32BE(0);
}
