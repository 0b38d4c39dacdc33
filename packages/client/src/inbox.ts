import type { LiveGap, LiveMessage } from './live-message.ts';

/** An item that waits to be read. */
type Entry =
  | { readonly kind: 'message'; readonly message: LiveMessage; after: string }
  | { readonly kind: 'gap'; readonly gap: LiveGap; after: string };

export interface InboxOptions {
  readonly maxMessages: number;
  /** Called in order: after the messages before the gap were read, and before those after it. */
  readonly onGap: (gap: LiveGap) => void;
  /** Called with the position of a message when its reader asks for the next. */
  readonly onProcessed: (position: string) => void;
  /** Called when the reader leaves. */
  readonly onReturn: () => void;
}

interface Reader {
  resolve(result: IteratorResult<LiveMessage, undefined>): void;
  reject(error: Error): void;
}

const done = { done: true, value: undefined } as const;

/**
 * Buffers messages until the single reader takes them.
 *
 * When it is full, the oldest message is dropped and reported as a gap with the reason `overflow`.
 */
export class Inbox implements AsyncIterableIterator<LiveMessage, undefined> {
  readonly #options: InboxOptions;
  #entries: Entry[] = [];
  #overflow: LiveGap | undefined;
  /** The reader's position once it asks for the next message. */
  #taken: string | undefined;
  #reader: Reader | undefined;
  #end: { readonly error?: Error } | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  pushMessage(message: LiveMessage): void {
    this.#push({ kind: 'message', message, after: message.position });
  }

  /** `after` is the position after the gap. */
  pushGap(gap: LiveGap, after: string): void {
    this.#push({ kind: 'gap', gap, after });
  }

  /** No earlier positions will follow. */
  reach(position: string): void {
    const last = this.#entries.at(-1);
    if (last) last.after = position;
    else if (this.#taken !== undefined) this.#taken = position;
    else this.#options.onProcessed(position);
  }

  /** Ends the iteration once all buffered messages were read, with or without an error. */
  end(error?: Error): void {
    this.#end ??= error ? { error } : {};
    const reader = this.#reader;
    this.#reader = undefined;
    if (error) reader?.reject(error);
    else reader?.resolve(done);
  }

  async next(): Promise<IteratorResult<LiveMessage, undefined>> {
    if (this.#reader) throw new TypeError('a subscription has one reader at a time');
    if (this.#taken !== undefined) this.#options.onProcessed(this.#taken);
    this.#taken = undefined;
    const message = this.#take();
    if (message) return { done: false, value: message };
    if (this.#end?.error) throw this.#end.error;
    if (this.#end) return done;
    return new Promise((resolve, reject) => (this.#reader = { resolve, reject }));
  }

  return(): Promise<IteratorResult<LiveMessage, undefined>> {
    this.#entries = [];
    this.#options.onReturn();
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #push(entry: Entry): void {
    if (this.#end) return;
    this.#entries.push(entry);
    if (this.#reader) {
      const message = this.#take();
      if (!message) return;
      this.#reader.resolve({ done: false, value: message });
      this.#reader = undefined;
    } else if (this.#entries.length > this.#options.maxMessages) {
      this.#giveWay();
    }
  }

  /** The oldest message, after reporting the gaps before it. */
  #take(): LiveMessage | undefined {
    this.#tellOverflow();
    for (let entry = this.#entries.shift(); entry; entry = this.#entries.shift()) {
      if (entry.kind === 'message') {
        this.#taken = entry.after;
        return entry.message;
      }
      this.#options.onGap(entry.gap);
      this.#options.onProcessed(entry.after);
    }
    return undefined;
  }

  #giveWay(): void {
    const oldest = this.#entries.shift();
    if (oldest?.kind === 'gap') {
      this.#tellOverflow();
      this.#options.onGap(oldest.gap);
    } else if (oldest) {
      const { feed, offset } = oldest.message;
      this.#overflow = { feed, from: this.#overflow?.from ?? offset, to: offset, why: 'overflow' };
    }
  }

  #tellOverflow(): void {
    const gap = this.#overflow;
    this.#overflow = undefined;
    if (gap) this.#options.onGap(gap);
  }
}
