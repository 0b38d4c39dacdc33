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

/** How long this process may take to catch up with messages that another one has served already. */
const catchUpMs = 2_000;
const catchUpStepMs = 10;

export interface LiveFeedOptions {
  readonly bus: Bus;
  readonly log: Log;
  readonly limits: LiveLimits;
  readonly metrics: LiveMetrics;
}

/**
 * One feed, shared by all connections of this process: follows the bus into a ring, and notifies readers.
 *
 * A connection of any kind reads it like this, without awaiting in between:
 * ```ts
 * const { cursor, at, recovered, replay, gap } = feed.resume({ since, mode, filter });
 * feed.add(reader);                                // reader.pump() is called when there is more
 * const reading = feed.ring.read(cursor, form);    // until it is undefined, or the socket is full
 * feed.delete(reader);                             // when the connection ends
 * ```
 * `read` returns a chunk, whose `bytes` are written unchanged (readers at the same place get the same
 * buffer); a `gap`, to be reported with `form.gap` followed by `form.position`; or `behind`, where `whenSlow`
 * decides: disconnect, or call `ring.skip` and report the gap it returns. A gap returned by `resume` is
 * reported before anything is read.
 */
export class LiveFeed {
  readonly name: string;
  readonly ring: FeedRing;
  /** Resolves when the ring has the feed's held messages; it must not be read before. */
  readonly ready: Promise<void>;
  readonly #options: LiveFeedOptions;
  readonly #payload: Feed['payload'];
  readonly #queue: string;
  readonly #fanOut = new FanOut();
  readonly #subscription: Subscription;
  #whenSlow: Feed['whenSlow'];
  #isReady = false;
  #lookingUp: Promise<number | undefined> | undefined;

  constructor(feed: Feed, options: LiveFeedOptions) {
    const { maxRingFrames: maxFrames, maxRingBytes: maxBytes, maxSocketBytes } = options.limits;
    this.name = feed.name;
    this.#whenSlow = feed.whenSlow;
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

  /** What happens to a reader that cannot keep up. */
  get whenSlow(): Feed['whenSlow'] {
    return this.#whenSlow;
  }

  treatSlow(whenSlow: Feed['whenSlow']): void {
    this.#whenSlow = whenSlow;
  }

  /** Whether a feed of another model passes on the same messages in the same form. */
  isOf({ name, queue, payload }: Feed): boolean {
    const [own, other] = [this.#payload, payload].map((fields) => JSON.stringify(fields));
    return name === this.name && queue === this.#queue && own === other;
  }

  /** Whether it can be read. */
  get isReady(): boolean {
    return this.#isReady && this.#subscription.trouble === undefined;
  }

  /** Whether the ring has loaded the feed's held messages, and follows new ones. */
  get hasBegun(): boolean {
    return this.#isReady;
  }

  /** Whether it is known if it can be read right now. */
  get isSettled(): boolean {
    return this.#isReady || this.#subscription.trouble !== undefined;
  }

  /** The number of readers. */
  get readers(): number {
    return this.#fanOut.size;
  }

  /**
   * Waits for messages that a client already has from another process; `undefined` if there is nothing to
   * wait for.
   *
   * @throws RequestError UNAVAILABLE (503) if the broker does not report the feed's newest offset.
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

  /** Calls the reader's `pump` whenever there is more; a reader with a replay pumps itself first. */
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
      // A query already running may have seen less than the client.
      const earlier = this.#lookingUp;
      const isKnown = earlier !== undefined && reaches(await earlier, offset);
      if (!isKnown && !reaches(await this.#lookUp(), offset)) return;
    } catch (cause) {
      if (!(cause instanceof BusError)) throw cause;
      throw requestError('UNAVAILABLE', { detail: 'the feed cannot be read right now', cause });
    }
    const endMs = performance.now() + catchUpMs;
    while (this.ring.next <= offset && performance.now() < endMs) await sleep(catchUpStepMs);
  }

  /** One query at a time, however many positions are ahead. */
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
      log.debug({ err: error, feed: this.name, offset }, 'skipped a message');
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
    this.#fanOut.notify(1); // Notifies readers of the interruption at once.
  }
}

function reaches(newest: number | undefined, offset: number): boolean {
  return newest !== undefined && newest >= offset;
}
