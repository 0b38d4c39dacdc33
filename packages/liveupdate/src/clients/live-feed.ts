import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, BusError, type FeedBreak, type FeedMessage, type Subscription } from '@restmapper/bus';
import { type Log, requestError } from '@restmapper/core';
import type { Feed } from '@restmapper/endpoints';
import { FanOut, type Reader } from '../feed/fan-out.ts';
import { readData } from '../feed/feed-data.ts';
import { FeedRing } from '../feed/feed-ring.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveMetrics } from './metrics.ts';
import { parsePosition } from '../feed/position.ts';
import { type Beginning, resume, type Resumed } from '../feed/resume.ts';
import { tagOf } from '../feed/offset-fingerprints.ts';

/** How long this process may take to read what another one has served already. */
const catchUpMs = 2_000;
const catchUpStepMs = 10;

export interface LiveFeedOptions {
  readonly bus: Bus;
  readonly log: Log;
  readonly limits: LiveLimits;
  readonly metrics: LiveMetrics;
}

/**
 * One feed as all connections of this process share it: follows the bus into a ring, and tells readers.
 *
 * A connection of any kind reads it like this, with nothing awaited in between:
 * ```ts
 * const { cursor, at, recovered, replay, gap } = feed.resume({ since, mode, filter });
 * feed.add(reader);                                // reader.pump() is called when there is more
 * const reading = feed.ring.read(cursor, form);    // until it is undefined, or the socket is full
 * feed.delete(reader);                             // when the connection ends
 * ```
 * What `read` gives: a chunk, whose `bytes` are written as they are (readers at the same place get the
 * same buffer); a `gap`, to be declared by `form.gap` followed by `form.position`; or `behind`, when
 * `whenSlow` decides: disconnect, or `ring.skip` and declare the gap that it gives. A gap that
 * `resume` gives is declared before anything is read.
 */
export class LiveFeed {
  readonly name: string;
  readonly whenSlow: Feed['whenSlow'];
  readonly ring: FeedRing;
  /** Resolves when the ring has what the feed held; nobody may read it before. */
  readonly ready: Promise<void>;
  readonly #options: LiveFeedOptions;
  readonly #payload: Feed['payload'];
  readonly #queue: string;
  readonly #fanOut = new FanOut();
  readonly #subscription: Subscription;
  #isReady = false;
  #lookingUp: Promise<number | undefined> | undefined;

  constructor(feed: Feed, options: LiveFeedOptions) {
    const { maxRingFrames: maxFrames, maxRingBytes: maxBytes, maxSocketBytes } = options.limits;
    this.name = feed.name;
    this.whenSlow = feed.whenSlow;
    this.ring = new FeedRing({ feed: feed.name, maxFrames, maxBytes, maxChunkBytes: maxSocketBytes });
    this.#options = options;
    this.#payload = feed.payload;
    this.#queue = feed.queue;
    this.#subscription = options.bus.follow(feed.queue, (message) => this.#take(message), {
      from: { last: maxFrames },
      onBreak: (why) => this.#break(why),
    });
    this.ready = this.#subscription.ready.then(() => {
      this.#isReady = true;
    });
  }

  /** Whether it can be read. */
  get isReady(): boolean {
    return this.#isReady && this.#subscription.trouble === undefined;
  }

  /** Whether the ring has had what the feed held, and shows what comes as far as it can be read. */
  get hasBegun(): boolean {
    return this.#isReady;
  }

  /** Whether it is known that it can be read, or that it cannot for now. */
  get isSettled(): boolean {
    return this.#isReady || this.#subscription.trouble !== undefined;
  }

  /** How many read it. */
  get readers(): number {
    return this.#fanOut.size;
  }

  /**
   * Waits for what a client has had already from another process; `undefined` when nothing is to be waited for.
   *
   * @throws RequestError UNAVAILABLE (503) when the broker does not tell how far the feed is.
   */
  catchUp(since: string | undefined): Promise<void> | undefined {
    const position = since === undefined ? undefined : parsePosition(since);
    return position && position.offset >= this.ring.next ? this.#awaitOffset(position.offset) : undefined;
  }

  resume(beginning: Beginning): Resumed {
    const resumed = resume(this.ring, beginning, this.#options.limits);
    if (beginning.since !== undefined) this.#options.metrics.resumed(this.name, resumed.recovered);
    return resumed;
  }

  /** Calls the reader's `pump` whenever there is more; a reader that is to be replayed to pumps itself first. */
  add(reader: Reader): void {
    this.#fanOut.add(reader);
    this.#options.metrics.subscribed(this.name);
  }

  delete(reader: Reader): void {
    if (this.#fanOut.delete(reader)) this.#options.metrics.unsubscribed(this.name);
  }

  async close(): Promise<void> {
    await this.#subscription.close();
    this.#fanOut.close();
  }

  async #awaitOffset(offset: number): Promise<void> {
    try {
      // A look that has begun may have seen less than the client.
      const earlier = this.#lookingUp;
      const isKnown = earlier !== undefined && reaches(await earlier, offset);
      if (!isKnown && !reaches(await this.#lookUp(), offset)) return;
    } catch (cause) {
      if (!(cause instanceof BusError)) throw cause;
      throw requestError('UNAVAILABLE', { detail: 'the feed cannot be read now', cause });
    }
    const endMs = performance.now() + catchUpMs;
    while (this.ring.next <= offset && performance.now() < endMs) await sleep(catchUpStepMs);
  }

  /** One look at a time, however many positions are ahead. */
  #lookUp(): Promise<number | undefined> {
    this.#lookingUp ??= this.#options.bus.newestOffset(this.#queue).finally(() => {
      this.#lookingUp = undefined;
    });
    return this.#lookingUp;
  }

  #take(message: FeedMessage): void {
    const { log, metrics } = this.#options;
    const { offset, timestampMs } = message;
    let data: Buffer;
    try {
      data = readData(message, this.#payload);
    } catch (error) {
      log.debug({ err: error, feed: this.name, offset }, 'passed over a message');
      this.ring.pass(offset);
      metrics.skipped(this.name);
      return;
    }
    this.ring.append({ offset, timestampMs, data, tag: tagOf(message) });
    metrics.message(this.name);
    this.#fanOut.notify(data.length);
  }

  #break(why: FeedBreak): void {
    if (why === 'dropped') {
      this.ring.markLoss();
      return;
    }
    if (why === 'recreated') this.ring.restart();
    else this.ring.interrupt();
    this.#fanOut.notify(1); // Readers learn of the break at once.
  }
}

function reaches(newest: number | undefined, offset: number): boolean {
  return newest !== undefined && newest >= offset;
}
