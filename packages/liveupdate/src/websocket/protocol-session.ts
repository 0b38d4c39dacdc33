import { RequestError } from '@restmapper/core';
import { Backlog } from '../clients/backlog.ts';
import {
  type HelloMessage,
  parseClientMessage,
  type SubscribeMessage,
  type UnsubscribeMessage,
} from './client-message.ts';
import { type CloseReason, closeReasons, drawRetryMs } from '../clients/close-reason.ts';
import type { Connection, Session } from './connection.ts';
import type { LiveContext } from '../clients/context.ts';
import type { Heartbeats } from './heartbeats.ts';
import { mayComeBack } from '../clients/problem.ts';
import { encodeJsonFrame } from './protocol-frames.ts';
import { Subscriptions } from './subscriptions.ts';
import { pingFrame } from '../feed/text-frame.ts';
import type { ClientAuth } from '../clients/client-auth.ts';

/** The name of the subprotocol. */
export const protocolName = 'liveupdate.v1.json';

export interface ProtocolSessionOptions {
  readonly context: LiveContext;
  readonly heartbeats: Heartbeats;
  readonly watcher: ClientAuth;
}

/** The session of a `liveupdate.v1.json` client; docs/live-updates.md describes the messages. */
export class ProtocolSession implements Session {
  readonly #connection: Connection;
  readonly #options: ProtocolSessionOptions;
  readonly #subscriptions: Subscriptions;
  /** Messages received while the client is being authenticated. */
  readonly #backlog = new Backlog<Buffer>();
  #helloTimer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(connection: Connection, options: ProtocolSessionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#subscriptions = new Subscriptions(connection, options);
  }

  /** Sends `welcome`; if all feeds are protected, only after authentication. */
  begin(): void {
    const { feeds, limits } = this.#options.context;
    const { watcher } = this.#options;
    if (feeds.hasPublic || feeds.schemes.length === 0 || watcher.isKnown) return this.#welcome();
    const tooLate = (): void => this.#connection.close(closeReasons.notAuthenticated);
    this.#helloTimer = setTimeout(tooLate, limits.helloTimeoutMs);
  }

  receive(bytes: Buffer, isBinary: boolean): void {
    if (isBinary) return this.#connection.close(closeReasons.badMessage, 'not text');
    if (!this.#backlog.isOpen) return this.#take(bytes);
    if (!this.#backlog.push(bytes)) this.#connection.close(closeReasons.rateLimited);
  }

  pump(): void {
    this.#subscriptions.pump();
  }

  heartbeat(): Buffer {
    const { heartbeats } = this.#options;
    return this.#connection.hasRoom ? heartbeats.frameFor(this.#subscriptions.readers) : pingFrame;
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

  review(): void {
    const { context, watcher } = this.#options;
    this.#subscriptions.endRemoved();
    const forbidden = context.feeds.findForbidden(this.#subscriptions.admissions, watcher.caller);
    if (forbidden !== undefined) this.#connection.close(closeReasons.forbidden, forbidden);
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#helloTimer);
    this.#backlog.drop();
    this.#subscriptions.end();
  }

  #take(bytes: Buffer): void {
    try {
      const message = parseClientMessage(bytes);
      if (message.t === 'hello')
        void this.#greet(message); // Never rejects.
      else if (message.t === 'pong') return;
      else if (this.#helloTimer) this.#connection.close(closeReasons.badMessage, 'hello comes first');
      else this.#serve(message);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#connection.close(closeReasons.badMessage, error.message);
    }
  }

  #serve(message: SubscribeMessage | UnsubscribeMessage): void {
    const { context, watcher } = this.#options;
    const waiting =
      message.t === 'sub' ? context.feeds.catchUp(message.feed, watcher.caller, message.since) : undefined;
    if (waiting)
      void this.#serveAfter(waiting, message); // Never rejects.
    else this.#answer(message);
  }

  /** Messages received meanwhile are handled afterwards. */
  async #serveAfter(waiting: Promise<void>, message: SubscribeMessage | UnsubscribeMessage): Promise<void> {
    this.#backlog.open();
    const refusal = await waiting.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (this.#hasEnded) return;
    this.#answer(message, refusal);
    this.#backlog.empty((bytes) => this.#take(bytes));
  }

  #answer(message: SubscribeMessage | UnsubscribeMessage, refusal?: { readonly error: unknown }): void {
    try {
      if (refusal) throw refusal.error;
      if (message.t === 'sub') this.#subscriptions.add(message);
      else this.#subscriptions.remove(message);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, message: detail } = error;
      const retry = mayComeBack(error);
      this.#connection.write(encodeJsonFrame({ t: 'err', id: message.id, code, retry, detail }));
    }
  }

  /** Authenticates the client; messages received meanwhile are handled afterwards. */
  async #greet({ credentials }: HelloMessage): Promise<void> {
    const { context, watcher } = this.#options;
    if (!credentials || context.feeds.schemes.length === 0) return;
    this.#backlog.open();
    const isKnown = await watcher.present(credentials);
    if (!isKnown) return;
    if (this.#helloTimer) this.#welcome();
    const { expiresEpochMs: ends } = watcher;
    const feeds = context.feeds.namesFor(watcher.caller);
    const expiresInMs = ends === undefined ? undefined : Math.max(0, ends - Date.now());
    this.#connection.write(encodeJsonFrame({ t: 'auth', feeds, expiresInMs }));
    this.#backlog.empty((bytes) => this.#take(bytes));
  }

  #welcome(): void {
    clearTimeout(this.#helloTimer);
    this.#helloTimer = undefined;
    this.#connection.write(encodeWelcome(this.#options.context, this.#options.watcher));
  }
}

/** The first frame to a client. */
function encodeWelcome({ feeds, limits }: LiveContext, { caller }: ClientAuth): Buffer {
  const { maxSubscriptions, maxClientMessageBytes, maxClientMessagesPerSecond, pingIntervalMs } = limits;
  return encodeJsonFrame({
    t: 'welcome',
    ping: pingIntervalMs / 1000,
    feeds: feeds.namesFor(caller),
    limits: {
      subscriptions: maxSubscriptions,
      messageBytes: maxClientMessageBytes,
      messagesPerSecond: maxClientMessagesPerSecond,
      replayMessages: limits.maxReplayMessages,
    },
  });
}
