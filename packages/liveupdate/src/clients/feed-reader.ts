import type { Chunk } from '../feed/chunk.ts';
import { type CloseReason, closeReasons } from './close-reason.ts';
import type { FrameForm } from '../feed/entry.ts';
import type { Reader } from '../feed/fan-out.ts';
import type { Cursor, Loss } from '../feed/feed-ring.ts';
import type { LiveFeed } from './live-feed.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveMetrics } from './metrics.ts';

/** The part of a connection that its readers use. */
export interface Outlet {
  /** Whether more may be written; if not, the connection pumps its readers as soon as it may. */
  readonly hasRoom: boolean;
  write(frames: Buffer): void;
  close(reason: CloseReason, detail: string): void;
}

export interface FeedReaderOptions {
  readonly connection: Outlet;
  readonly form: FrameForm;
  readonly limits: LiveLimits;
  readonly metrics: LiveMetrics;
}

/** Reads a feed for one connection, as fast as the client reads. */
export class FeedReader implements Reader {
  readonly feed: LiveFeed;
  readonly #cursor: Cursor;
  readonly #options: FeedReaderOptions;
  #wasFull = false;
  #hasEnded = false;

  /** The options may be shared by all readers of a connection. */
  constructor(feed: LiveFeed, cursor: Cursor, options: FeedReaderOptions) {
    this.feed = feed;
    this.#cursor = cursor;
    this.#options = options;
    feed.add(this);
  }

  /** The client's position after everything written so far. */
  get position(): string {
    return this.feed.ring.positionBefore(this.#cursor.next);
  }

  pump(): void {
    const { connection, form, metrics } = this.#options;
    while (connection.hasRoom) {
      const reading = this.#read(form);
      if (!reading) return;
      if (reading.kind === 'gap') {
        this.#declare(reading);
      } else {
        connection.write(reading.bytes);
        metrics.sent(reading.messages);
        if (this.feed.ring.isDone(this.#cursor)) return;
      }
    }
    this.#wasFull = true;
    if (this.#hasEnded) return;
    if (this.#whenSlow === 'disconnect' && (this.#isLate || this.feed.ring.lacks(this.#cursor)))
      this.#disconnect();
  }

  /** Stops reading. */
  end(): void {
    this.#hasEnded = true;
    this.feed.delete(this);
  }

  /** Reports a gap to the client. */
  #declare({ gap, position }: Loss): void {
    const { connection, form, metrics } = this.#options;
    const frames = [form.gap(this.feed.name, gap), form.position(this.feed.name, position)];
    connection.write(Buffer.concat(frames.filter((frame) => frame !== undefined)));
    metrics.gap(this.feed.name, gap.why);
  }

  #read(form: FrameForm): Chunk | Loss | undefined {
    const isLate = this.#wasFull && this.#isLate;
    this.#wasFull = false;
    if (isLate) return this.#fallBehind();
    const reading = this.feed.ring.read(this.#cursor, form);
    return reading?.kind === 'behind' ? this.#fallBehind() : reading;
  }

  #fallBehind(): Loss | undefined {
    const { ring, name } = this.feed;
    const { limits, metrics } = this.#options;
    if (this.#whenSlow === 'disconnect') return this.#disconnect();
    metrics.slow(name);
    return ring.skip(this.#cursor, this.#whenSlow === 'latest' ? 'newest' : { maxAgeMs: limits.maxLagMs });
  }

  #disconnect(): undefined {
    this.end();
    this.#options.metrics.slow(this.feed.name);
    this.#options.connection.close(closeReasons.slow, this.feed.name);
  }

  get #isLate(): boolean {
    return this.feed.ring.lagMs(this.#cursor) > this.#options.limits.maxLagMs;
  }

  /** The plain form cannot report gaps. */
  get #whenSlow(): LiveFeed['whenSlow'] {
    return this.#options.form.name === 'plain' ? 'disconnect' : this.feed.whenSlow;
  }
}
