import { parseClientMessage, type SubscribeMessage } from './client-message.ts';
import { type CloseReason, closeReasons, drawRetryMs } from './close-reason.ts';
import type { Connection, Session } from './connection.ts';
import type { LiveContext } from './context.ts';
import { FeedReader, type FeedReaderOptions } from './feed-reader.ts';
import type { Heartbeats } from './heartbeats.ts';
import { encodeJsonFrame, protocolForm } from './protocol-frames.ts';
import { pingFrame } from './text-frame.ts';

/** The subprotocol, as clients offer it. */
export const protocolName = 'liveupdate.v1.json';

/** Why a request is refused; the connection goes on. */
const refusals = {
  UNKNOWN_FEED: { retry: false, detail: 'there is no such feed' },
  FORBIDDEN: { retry: false, detail: 'the feed is not public' },
  UNAVAILABLE: { retry: true, detail: 'the feed cannot be read at the moment' },
  ALREADY_SUBSCRIBED: { retry: false, detail: 'a connection has one subscription to a feed' },
  NOT_SUBSCRIBED: { retry: false, detail: 'there is no subscription to that feed' },
} as const;

export interface ProtocolSessionOptions {
  readonly context: LiveContext;
  readonly heartbeats: Heartbeats;
}

/** A client that speaks `liveupdate.v1.json`; the messages are described in docs/live-updates.md. */
export class ProtocolSession implements Session {
  readonly #connection: Connection;
  readonly #options: ProtocolSessionOptions;
  readonly #readerOptions: FeedReaderOptions;
  #readers: readonly FeedReader[] = [];

  constructor(connection: Connection, options: ProtocolSessionOptions) {
    const { limits, metrics } = options.context;
    this.#connection = connection;
    this.#options = options;
    this.#readerOptions = { connection, form: protocolForm, limits, metrics };
  }

  receive(bytes: Buffer, isBinary: boolean): void {
    try {
      if (isBinary) throw new SyntaxError('not text');
      const message = parseClientMessage(bytes);
      if (message.t === 'sub') this.#subscribe(message);
      if (message.t === 'unsub') this.#unsubscribe(message);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#connection.close(closeReasons.badMessage, error.message);
    }
  }

  pump(): void {
    for (const reader of this.#readers) reader.pump();
  }

  heartbeat(): Buffer {
    return this.#connection.hasRoom ? this.#options.heartbeats.frameFor(this.#readers) : pingFrame;
  }

  farewell(reason: CloseReason, detail: string): Buffer {
    const { code, text: why } = reason;
    return encodeJsonFrame({
      t: 'bye',
      code,
      retryMs: drawRetryMs(reason),
      why,
      detail: detail || undefined,
    });
  }

  end(): void {
    for (const reader of this.#readers) reader.end();
  }

  #subscribe({ id, feed: name, ...beginning }: SubscribeMessage): void {
    const { feeds, limits, metrics } = this.#options.context;
    if (this.#readers.some(({ feed }) => feed.name === name)) return this.#refuse(id, 'ALREADY_SUBSCRIBED');
    if (this.#readers.length >= limits.maxSubscriptions) {
      return this.#connection.close(closeReasons.tooManySubscriptions);
    }
    const feed = feeds.admit(name);
    if (typeof feed === 'string') return this.#refuse(id, feed);
    const { cursor, gap, at, recovered, replay } = feed.resume(beginning);
    this.#connection.write(encodeJsonFrame({ t: 'ok', id, feed: name, at, recovered, replay }));
    if (gap) {
      this.#connection.write(encodeJsonFrame({ t: 'gap', f: name, ...gap }));
      metrics.gap(name, gap.why);
    }
    const reader = new FeedReader(feed, cursor, this.#readerOptions);
    this.#readers = [...this.#readers, reader];
    reader.pump();
  }

  #unsubscribe({ id, feed: name }: { readonly id: number; readonly feed: string }): void {
    const reader = this.#readers.find(({ feed }) => feed.name === name);
    if (!reader) return this.#refuse(id, 'NOT_SUBSCRIBED');
    reader.end();
    this.#readers = this.#readers.filter((other) => other !== reader);
    this.#connection.write(encodeJsonFrame({ t: 'ok', id, feed: name }));
  }

  #refuse(id: number, code: keyof typeof refusals): void {
    this.#connection.write(encodeJsonFrame({ t: 'err', id, code, ...refusals[code] }));
  }
}

/** The first thing that a client is told. */
export function encodeWelcome({ feeds, limits }: LiveContext): Buffer {
  const { maxSubscriptions, maxClientMessageBytes, maxClientMessagesPerSecond, pingIntervalMs } = limits;
  return encodeJsonFrame({
    t: 'welcome',
    ping: pingIntervalMs / 1000,
    feeds: feeds.all.map(({ name }) => name),
    limits: {
      subscriptions: maxSubscriptions,
      messageBytes: maxClientMessageBytes,
      messagesPerSecond: maxClientMessagesPerSecond,
      replayMessages: limits.maxReplayMessages,
    },
  });
}
