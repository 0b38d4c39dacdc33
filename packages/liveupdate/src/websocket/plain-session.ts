import type { Connection, Session } from './connection.ts';
import type { LiveContext } from '../clients/context.ts';
import { FeedReader, type FeedReaderOptions } from '../clients/feed-reader.ts';
import type { Admission } from '../clients/live-feeds.ts';
import { closeReasons } from '../clients/close-reason.ts';
import type { ClientAuth } from '../clients/client-auth.ts';
import { plainForm } from './protocol-frames.ts';
import { pingFrame } from '../feed/text-frame.ts';

/**
 * The session of a client without a subprotocol: it receives the data of new messages of every feed that it
 * may watch, one text frame each, and sends nothing.
 */
export class PlainSession implements Session {
  readonly #connection: Connection;
  readonly #context: LiveContext;
  readonly #watcher: ClientAuth;
  readonly #readerOptions: FeedReaderOptions;
  readonly #watched = new Map<FeedReader, Admission>();

  constructor(connection: Connection, context: LiveContext, watcher: ClientAuth) {
    const { limits, metrics } = context;
    this.#connection = connection;
    this.#context = context;
    this.#watcher = watcher;
    this.#readerOptions = { connection, form: plainForm, limits, metrics };
    this.#watchAll();
  }

  receive(): void {}

  pump(): void {
    for (const reader of this.#watched.keys()) reader.pump();
  }

  heartbeat(): Buffer {
    return pingFrame;
  }

  farewell(): undefined {}

  review(): void {
    const { feeds } = this.#context;
    for (const reader of this.#watched.keys()) {
      if (feeds.endOf(reader.feed) === undefined) continue;
      reader.pump();
      reader.end();
      this.#watched.delete(reader);
    }
    const forbidden = feeds.findForbidden(this.#watched.values(), this.#watcher.caller);
    if (forbidden !== undefined) this.#connection.close(closeReasons.forbidden);
    else this.#watchAll();
  }

  end(): void {
    for (const reader of this.#watched.keys()) reader.end();
    this.#watched.clear();
  }

  /** Subscribes to the feeds that it does not watch yet. */
  #watchAll(): void {
    const known = new Set([...this.#watched.keys()].map(({ feed }) => feed));
    for (const admission of this.#context.feeds.watchable(this.#watcher.caller)) {
      const { feed, forced: filter } = admission;
      if (known.has(feed)) continue;
      const { cursor } = feed.resume({ filter });
      this.#watched.set(new FeedReader(feed, cursor, this.#readerOptions), admission);
    }
  }
}
