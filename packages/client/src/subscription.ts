import { Inbox } from './inbox.ts';
import type { LiveError } from './live-error.ts';
import { createMessage, type LiveGap, type LiveMessage } from './live-message.ts';
import { formatPosition, parsePosition } from './position.ts';
import type { GapFrame, MessageFrame, OkFrame } from './server-frame.ts';

/** What a subscription receives, and how; everything may be left out. */
export interface SubscribeOptions<Data = unknown> {
  /** A position to resume from. @default only messages published from now on */
  readonly since?: string;
  /**
   * `all`; `latest`, where older messages may be dropped in favour of the newest; or `tail:<n>`, which starts
   * with the last n messages unless there is a position to resume from. @default 'all'
   */
  readonly mode?: 'all' | 'latest' | `tail:${number}`;
  /** Only messages whose `data` has these top-level fields with these values. */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>;
  /** Called with each message, in order. Without it, iterate the subscription. */
  readonly onMessage?: (message: LiveMessage<Data>) => void;
  /** Called with each gap, in order with the messages. */
  readonly onGap?: (gap: LiveGap) => void;
  /** Called whenever the server has accepted the subscription, including after each reconnect. */
  readonly onReady?: (ready: LiveReady) => void;
  /** Called when the server refuses the subscription, which ends it; an iteration throws the same. */
  readonly onError?: (error: LiveError) => void;
  /** The maximum number of messages buffered for the iteration. @default 1000 */
  readonly maxBuffered?: number;
}

/** The start of a subscription. */
export interface LiveReady {
  /** The newest position of the feed. */
  readonly at: string;
  /** Whether nothing was lost since the position asked for. */
  readonly recovered: boolean;
  /** The number of replayed messages. */
  readonly replay: number;
}

/** Messages of one feed, in order and each once, until it is closed. */
export interface LiveSubscription<Data = unknown> extends AsyncIterable<LiveMessage<Data>> {
  /** The feed's name. */
  readonly feed: string;
  /** The position to resume from, after the last processed message; `undefined` before the first. */
  readonly position: string | undefined;
  /** Ends the subscription, and its iteration. */
  close(): void;
}

export class Subscription implements LiveSubscription {
  readonly feed: string;
  readonly #options: SubscribeOptions;
  readonly #onClose: (subscription: Subscription) => void;
  readonly #inbox: Inbox | undefined;
  #position: string | undefined;
  /** The position after the last received message, which may not be processed yet. */
  #resume: string | undefined;
  #epoch = '';
  #lastOffset = -1;
  /** The pending request: until its answer, frames belong to an earlier one. */
  #pendingId: number | undefined;

  constructor(feed: string, options: SubscribeOptions, onClose: (subscription: Subscription) => void) {
    this.feed = feed;
    this.#options = options;
    this.#onClose = onClose;
    this.#position = options.since;
    this.#resume = options.since;
    if (options.onMessage) return;
    this.#inbox = new Inbox({
      maxMessages: options.maxBuffered ?? 1_000,
      onGap: (gap) => options.onGap?.(gap),
      onProcessed: (position) => (this.#position = position),
      onReturn: () => this.close(),
    });
  }

  get position(): string | undefined {
    return this.#position;
  }

  close(): void {
    this.#onClose(this);
    this.#inbox?.end();
  }

  /** Ends it permanently. */
  fail(error: LiveError): void {
    this.#onClose(this);
    this.#inbox?.end(error);
    this.#options.onError?.(error);
  }

  /** Ends the iteration, if there is one; otherwise it resumes on the next connection. */
  interrupt(error: LiveError): void {
    if (!this.#inbox) return;
    this.#onClose(this);
    this.#inbox.end(error);
  }

  /** @throws TypeError if its messages go to `onMessage`. */
  [Symbol.asyncIterator](): AsyncIterator<LiveMessage, undefined> {
    if (!this.#inbox) throw new TypeError('a subscription with onMessage cannot be iterated');
    return this.#inbox;
  }

  /** The request to the server that starts or resumes it. */
  request(id: number): object {
    this.#pendingId = id;
    const { where, mode } = this.#options;
    const isResumed = this.#resume !== undefined;
    return {
      t: 'sub',
      id,
      feed: this.feed,
      since: this.#resume,
      where,
      mode: isResumed && mode?.startsWith('tail:') ? 'all' : mode,
    };
  }

  /** Whether an answer is for its latest request. */
  isAsking(id: number | undefined): boolean {
    return id !== undefined && id === this.#pendingId;
  }

  accept({ at, recovered = true, replay = 0 }: OkFrame): void {
    if (at === undefined) return;
    const { epoch, offset } = parsePosition(at);
    const isResumed = this.#resume !== undefined && recovered;
    this.#pendingId = undefined;
    this.#epoch = epoch;
    if (!isResumed) this.#lastOffset = -1;
    if (replay === 0) {
      this.#lastOffset = offset;
      this.#reach(at);
    }
    this.#options.onReady?.({ at, recovered, replay });
  }

  receive(frame: MessageFrame, text: string): void {
    if (this.#pendingId !== undefined || frame.o <= this.#lastOffset) return;
    this.#lastOffset = frame.o;
    const position = formatPosition({ epoch: this.#epoch, offset: frame.o });
    const message = createMessage(frame, text, position);
    this.#resume = position;
    if (this.#inbox) return this.#inbox.pushMessage(message);
    this.#options.onMessage?.(message);
    this.#position = position;
  }

  lose({ f: feed, from, to, why }: GapFrame): void {
    if (this.#pendingId !== undefined) return;
    // A recreated feed counts from the beginning again.
    this.#lastOffset = why === 'epoch' ? to : Math.max(to, this.#lastOffset);
    const position = formatPosition({ epoch: this.#epoch, offset: this.#lastOffset });
    const gap = { feed, from, to, why };
    this.#resume = position;
    if (this.#inbox) return this.#inbox.pushGap(gap, position);
    this.#options.onGap?.(gap);
    this.#position = position;
  }

  /** Adopts a position of the server, which may be newer, or have another anchor. */
  advance(at: string): void {
    if (this.#pendingId !== undefined) return;
    const { epoch, offset } = parsePosition(at);
    this.#epoch = epoch;
    this.#lastOffset = offset;
    this.#reach(at);
  }

  #reach(at: string): void {
    this.#resume = at;
    if (this.#inbox) this.#inbox.reach(at);
    else this.#position = at;
  }
}
