import { requestError } from '@restmapper/core';
import type { SubscribeMessage, UnsubscribeMessage } from './client-message.ts';
import { closeReasons } from '../clients/close-reason.ts';
import type { Connection } from './connection.ts';
import type { LiveContext } from '../clients/context.ts';
import { FeedReader, type FeedReaderOptions } from '../clients/feed-reader.ts';
import { joinFilters } from '../clients/forced-filter.ts';
import type { Admission } from '../clients/live-feeds.ts';
import { encodeJsonFrame, protocolForm } from './protocol-frames.ts';
import type { ClientAuth } from '../clients/client-auth.ts';

export interface SubscriptionsOptions {
  readonly context: LiveContext;
  readonly watcher: ClientAuth;
}

/** The subscriptions of one `liveupdate.v1.json` client, at most one per feed. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #options: SubscriptionsOptions;
  readonly #readerOptions: FeedReaderOptions;
  readonly #admissions = new Map<string, Admission>();
  #readers: readonly FeedReader[] = [];

  constructor(connection: Connection, options: SubscriptionsOptions) {
    const { limits, metrics } = options.context;
    this.#connection = connection;
    this.#options = options;
    this.#readerOptions = { connection, form: protocolForm, limits, metrics };
  }

  get readers(): readonly FeedReader[] {
    return this.#readers;
  }

  get admissions(): Iterable<Admission> {
    return this.#admissions.values();
  }

  /**
   * Subscribes to a feed.
   *
   * @throws RequestError ALREADY_SUBSCRIBED, and the errors of LiveFeeds.admit.
   */
  add({ id, feed: name, ...asked }: SubscribeMessage): void {
    const { context, watcher } = this.#options;
    if (this.#admissions.has(name)) {
      throw requestError('ALREADY_SUBSCRIBED', {
        detail: 'a connection has one subscription to a feed',
      });
    }
    if (this.#readers.length >= context.limits.maxSubscriptions) {
      return this.#connection.close(closeReasons.tooManySubscriptions);
    }
    const admission = context.feeds.admit(name, watcher.caller);
    const { feed, forced } = admission;
    const { cursor, gap, at, recovered, replay } = feed.resume({
      ...asked,
      filter: joinFilters(asked.filter, forced),
    });
    this.#connection.write(encodeJsonFrame({ t: 'ok', id, feed: name, at, recovered, replay }));
    if (gap) {
      this.#connection.write(encodeJsonFrame({ t: 'gap', f: name, ...gap }));
      context.metrics.gap(name, gap.why);
    }
    const reader = new FeedReader(feed, cursor, this.#readerOptions);
    this.#admissions.set(name, admission);
    this.#readers = [...this.#readers, reader];
    reader.pump();
  }

  /**
   * Unsubscribes from a feed.
   *
   * @throws RequestError NOT_SUBSCRIBED.
   */
  remove({ id, feed: name }: UnsubscribeMessage): void {
    const reader = this.#readers.find(({ feed }) => feed.name === name);
    if (!reader) {
      throw requestError('NOT_SUBSCRIBED', { detail: 'there is no subscription to that feed' });
    }
    reader.end();
    this.#admissions.delete(name);
    this.#readers = this.#readers.filter((other) => other !== reader);
    this.#connection.write(encodeJsonFrame({ t: 'ok', id, feed: name }));
  }

  /** Ends the subscriptions to feeds that are no longer served, and tells the client. */
  endRemoved(): void {
    for (const reader of this.#readers) {
      const { feed } = reader;
      const why = this.#options.context.feeds.endOf(feed);
      if (why === undefined) continue;
      reader.pump();
      reader.end();
      this.#admissions.delete(feed.name);
      this.#readers = this.#readers.filter((other) => other !== reader);
      this.#connection.write(encodeJsonFrame({ t: 'end', f: feed.name, why }));
    }
  }

  pump(): void {
    for (const reader of this.#readers) reader.pump();
  }

  end(): void {
    for (const reader of this.#readers) reader.end();
  }
}
