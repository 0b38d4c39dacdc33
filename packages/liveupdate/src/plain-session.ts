import type { Connection, Session } from './connection.ts';
import type { LiveContext } from './context.ts';
import { FeedReader } from './feed-reader.ts';
import type { LiveFeed } from './live-feed.ts';
import { plainForm } from './protocol-frames.ts';
import { pingFrame } from './text-frame.ts';

/**
 * A client that offered no subprotocol gets the data of every public feed from now on, one text frame
 * for each message, and has nothing to say.
 */
export class PlainSession implements Session {
  readonly #readers: FeedReader[];

  constructor(connection: Connection, { feeds, limits, metrics }: LiveContext) {
    const options = { connection, form: plainForm, limits, metrics };
    const watch = (feed: LiveFeed) => new FeedReader(feed, feed.resume({}).cursor, options);
    this.#readers = feeds.all.filter(({ isReady }) => isReady).map(watch);
  }

  receive(): void {}

  pump(): void {
    for (const reader of this.#readers) reader.pump();
  }

  heartbeat(): Buffer {
    return pingFrame;
  }

  farewell(): undefined {}

  end(): void {
    for (const reader of this.#readers) reader.end();
  }
}
