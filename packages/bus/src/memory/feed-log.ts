import { Fifo } from '@restmapper/core';
import type { FeedMessage, Message } from '../contract/message.ts';
import { sizeOf } from './stored-message.ts';

export interface FeedLogOptions {
  readonly maxAgeMs: number;
  /** The newest message is kept whatever its size. */
  readonly maxBytes: number;
}

/** The messages of a feed by offset; the oldest are evicted by size and age. */
export class FeedLog {
  readonly #options: FeedLogOptions;
  readonly #records = new Fifo<FeedRecord>();
  #next = 0;
  #bytes = 0;

  constructor(options: FeedLogOptions) {
    this.#options = options;
  }

  /** The offset of the oldest message held, or of the next one if empty. */
  get first(): number {
    return this.#next - this.#records.size;
  }

  /** The offset of the next message. */
  get next(): number {
    return this.#next;
  }

  append(message: Message, nowMs: number): void {
    const bytes = sizeOf(message);
    this.#records.push({ message, bytes, atMs: nowMs });
    this.#bytes += bytes;
    this.#next += 1;
    this.evict(nowMs);
  }

  /** The message at an offset that is held; its body is a copy. */
  at(offset: number): FeedMessage | undefined {
    const message = this.#records.at(offset - this.first)?.message;
    return message && { ...message, body: Buffer.from(message.body), offset };
  }

  /** Evicts messages beyond the age and size limits. */
  evict(nowMs: number): void {
    for (let oldest = this.#records.peek(); oldest; oldest = this.#records.peek()) {
      if (!this.#isTooOld(oldest, nowMs) && !this.#isTooMuch()) return;
      this.#records.shift();
      this.#bytes -= oldest.bytes;
    }
  }

  #isTooOld({ atMs }: FeedRecord, nowMs: number): boolean {
    return atMs + this.#options.maxAgeMs <= nowMs;
  }

  #isTooMuch(): boolean {
    return this.#records.size > 1 && this.#bytes > this.#options.maxBytes;
  }
}

interface FeedRecord {
  readonly message: Message;
  readonly bytes: number;
  readonly atMs: number;
}
