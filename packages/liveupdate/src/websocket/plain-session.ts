import type { Connection, Session } from './connection.ts';
import type { LiveContext } from '../clients/context.ts';
import { FeedReader } from '../clients/feed-reader.ts';
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
  readonly #watched: readonly Admission[];
  readonly #readers: readonly FeedReader[];

  constructor(connection: Connection, context: LiveContext, watcher: ClientAuth) {
    const { feeds, limits, metrics } = context;
    const { caller } = watcher;
    const options = { connection, form: plainForm, limits, metrics };
    this.#connection = connection;
    this.#context = context;
    this.#watcher = watcher;
    this.#watched = feeds.watchable(caller);
    this.#readers = this.#watched.map(
      ({ feed, forced: filter }) => new FeedReader(feed, feed.resume({ filter }).cursor, options),
    );
  }

  receive(): void {}

  pump(): void {
    for (const reader of this.#readers) reader.pump();
  }

  heartbeat(): Buffer {
    return pingFrame;
  }

  farewell(): undefined {}

  review(): void {
    const forbidden = this.#context.feeds.findForbidden(this.#watched, this.#watcher.caller);
    if (forbidden !== undefined) this.#connection.close(closeReasons.forbidden);
  }

  end(): void {
    for (const reader of this.#readers) reader.end();
  }
}
