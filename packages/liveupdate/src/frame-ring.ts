export interface FrameRingOptions {
  readonly maxFrames: number;
  readonly maxBytes: number;
}

/** Frames that follow one another on the wire. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly from: number;
  /** The position after the last frame. */
  readonly next: number;
}

interface Entry {
  readonly frame: Buffer;
  readonly appendedMs: number;
}

/**
 * The latest frames, shared by all who send them; each holds only a position.
 *
 * Positions count from 0 and are never reused. The oldest frames leave when there are too many.
 */
export class FrameRing {
  readonly #entries: (Entry | undefined)[];
  readonly #maxBytes: number;
  #bytes = 0;
  #first = 0;
  #next = 0;
  #lastChunk: { readonly chunk: Chunk; readonly end: number; readonly maxBytes: number } | undefined;

  constructor({ maxFrames, maxBytes }: FrameRingOptions) {
    this.#entries = Array.from({ length: maxFrames });
    this.#maxBytes = maxBytes;
  }

  /** The position of the oldest frame. */
  get first(): number {
    return this.#first;
  }

  /** The position the next frame will have. */
  get next(): number {
    return this.#next;
  }

  append(frame: Buffer): void {
    if (this.#next - this.#first === this.#entries.length) this.#evict();
    this.#entries[this.#next % this.#entries.length] = { frame, appendedMs: performance.now() };
    this.#next += 1;
    this.#bytes += frame.length;
    while (this.#bytes > this.#maxBytes && this.#next - this.#first > 1) this.#evict();
  }

  /** How long the frame at a held position has been here. */
  ageMs(position: number): number {
    return performance.now() - this.#at(position).appendedMs;
  }

  /**
   * Joins the frames from a held position on, at least one, as many as fit.
   *
   * Readers at the same position share the same bytes.
   */
  read(from: number, maxBytes: number): Chunk {
    const last = this.#lastChunk;
    if (last?.chunk.from === from && last.end === this.#next && last.maxBytes === maxBytes) return last.chunk;
    const chunk = this.#join(from, maxBytes);
    this.#lastChunk = { chunk, end: this.#next, maxBytes };
    return chunk;
  }

  #join(from: number, maxBytes: number): Chunk {
    const first = this.#at(from).frame;
    const frames = [first];
    let size = first.length;
    let next = from + 1;
    for (; next < this.#next; next += 1) {
      const { frame } = this.#at(next);
      if (size + frame.length > maxBytes) break;
      frames.push(frame);
      size += frame.length;
    }
    return { bytes: frames.length === 1 ? first : Buffer.concat(frames, size), from, next };
  }

  #at(position: number): Entry {
    const entry = this.#entries[position % this.#entries.length];
    if (!entry || position < this.#first || position >= this.#next) {
      throw new RangeError(`position ${position} is not held`);
    }
    return entry;
  }

  #evict(): void {
    this.#bytes -= this.#at(this.#first).frame.length;
    this.#entries[this.#first % this.#entries.length] = undefined;
    this.#first += 1;
  }
}
