import { forEachYielding } from './for-each-yielding.ts';

/** One who reads a feed; it holds a cursor, and a place to write to. */
export interface Reader {
  /** Sends what is new, as much as can be sent; must not throw. */
  pump(): void;
}

/** How long what is new may wait for more, so as to share a write; and how much of it waits no longer. */
const shareWithinMs = 10;
const shareBytes = 64 * 1024;

/**
 * Tells the readers of a feed when there is something new.
 *
 * At once when nothing was new within the last 10 ms; else together with what comes until these are
 * over, or until it is 64 KiB. One pass over the readers runs at a time, and lets others have their turns.
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

  /** Whether it was among them. */
  delete(reader: Reader): boolean {
    return this.#readers.delete(reader);
  }

  /** So many bytes more are there to be sent to each reader. */
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
    // What comes in this turn of the event loop goes out together.
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
