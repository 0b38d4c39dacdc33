import { forEachYielding } from './for-each-yielding.ts';

/** A reader of a feed, with a cursor and a destination. */
export interface Reader {
  /** Sends as much new data as possible; must not throw. */
  pump(): void;
}

/** How long new data may wait to share a write, and the size from which it is sent at once. */
const shareWithinMs = 10;
const shareBytes = 64 * 1024;

/**
 * Notifies the readers of a feed of new data.
 *
 * At once if nothing was new within the last 10 ms; otherwise batched until these are over, or until there
 * are 64 KiB. One pass over the readers runs at a time, and yields to other work.
 */
export class FanOut {
  readonly #readers = new Set<Reader>();
  #startedMs = -Infinity;
  #pendingBytes = 0;
  #isRunning = false;
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;

  get size(): number {
    return this.#readers.size;
  }

  add(reader: Reader): void {
    this.#readers.add(reader);
  }

  /** Returns whether it was registered. */
  delete(reader: Reader): boolean {
    return this.#readers.delete(reader);
  }

  /** Adds new bytes for each reader. */
  notify(bytes: number): void {
    this.#pendingBytes += bytes;
    if (!this.#isRunning) this.#schedule();
  }

  close(): void {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
    this.#readers.clear();
  }

  #schedule(): void {
    if (this.#immediate) return;
    const waitMs = this.#startedMs + shareWithinMs - performance.now();
    if (waitMs > 0 && this.#pendingBytes < shareBytes) {
      this.#timer ??= setTimeout(() => void this.#run(), waitMs);
      return;
    }
    clearTimeout(this.#timer);
    // Messages of this turn of the event loop are sent together.
    this.#immediate = setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    this.#immediate = undefined;
    this.#timer = undefined;
    this.#isRunning = true;
    this.#startedMs = performance.now();
    this.#pendingBytes = 0;
    await forEachYielding(this.#readers, (reader) => reader.pump());
    this.#isRunning = false;
    if (this.#pendingBytes > 0) this.#schedule();
  }
}
