import { type Clock, systemClock } from './clock.ts';
import { type CredentialHeaders, LiveSocket, type LiveState, type Token } from './live-socket.ts';
import { LiveError } from './live-error.ts';
import { createPage, type Page } from './page.ts';
import type { LiveSubscription, SubscribeOptions } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';
import { globalWebSocket, type WebSocketConstructor } from './web-socket.ts';

/** How a client connects; everything may be left out. */
export interface ConnectLiveOptions {
  /** Authenticates the client; a function is called for each connection, and before its token expires. */
  readonly token?: Token;
  /** Authenticates by headers instead, such as an API key's, since browsers set none on a WebSocket. */
  readonly headers?: CredentialHeaders;
  /** The class to connect with. @default the runtime's: browsers and Node 22 or later have one */
  readonly WebSocket?: WebSocketConstructor;
  /** Called on every change of state. */
  readonly onState?: (state: LiveState) => void;
  /** For tests. @default the system clock */
  readonly clock?: Clock;
  /** For tests: returns 0 up to, but not including, 1. @default Math.random */
  readonly random?: () => number;
  /** The source of signals such as `online`, for tests. @default the surrounding page, if any */
  readonly page?: Page;
}

/**
 * A connection to the live feeds that reconnects whenever it is lost.
 *
 * `Feeds` has the types of the feeds' messages by name, as `restmapper types` prints them.
 */
export interface Live<Feeds extends object = Record<string, unknown>> {
  /** The current state. */
  readonly state: LiveState;
  /** Calls the listener on every change of state; returns a function that removes it. */
  onState(listener: (state: LiveState) => void): () => void;
  /**
   * Subscribes to a feed, and resumes where it was after each reconnect.
   *
   * @throws TypeError if there is already a subscription to this feed, or the connection was closed.
   */
  subscribe<Feed extends keyof Feeds & string>(
    feed: Feed,
    options?: SubscribeOptions<Feeds[Feed]>,
  ): LiveSubscription<Feeds[Feed]>;
  /** Reconnects at once, without waiting for the next attempt, even after the server refused this client. */
  reconnect(): void;
  /** Closes the connection and all subscriptions permanently. */
  close(): void;
}

/**
 * Connects to the live feeds of a server; in a page the URL may be relative.
 *
 * ```ts
 * import { connectLive } from '@restmapper/client';
 *
 * const live = connectLive('ws://127.0.0.1:8080/ws/v1/');
 * for await (const { data } of live.subscribe('orders', { mode: 'tail:1' })) {
 *   console.log(data); // { count: 2 }
 *   break;
 * }
 * live.close();
 * ```
 * @throws TypeError if the URL is invalid, or the runtime has no WebSocket and none is passed.
 */
export function connectLive<Feeds extends object = Record<string, unknown>>(
  url: string,
  options: ConnectLiveOptions = {},
): Live<Feeds> {
  // The types of messages are taken on trust.
  return new LiveConnection(url, options) as Live<object> as Live<Feeds>;
}

class LiveConnection implements Live {
  readonly #listeners = new Set<(state: LiveState) => void>();
  readonly #subscriptions: Subscriptions;
  readonly #link: LiveSocket;
  #isClosed = false;

  constructor(url: string, options: ConnectLiveOptions) {
    const { clock = systemClock, random = Math.random, page = createPage() } = options;
    if (options.onState) this.#listeners.add(options.onState);
    this.#subscriptions = new Subscriptions({ clock, random, send: (frame) => this.#link.send(frame) });
    this.#link = new LiveSocket({
      url: resolveUrl(url, page),
      token: options.token,
      headers: options.headers,
      WebSocket: options.WebSocket ?? globalWebSocket(),
      clock,
      random,
      page,
      onState: (state) => this.#tell(state),
      onFrame: (frame, text) =>
        frame.t === 'welcome' ? this.#subscriptions.resume() : this.#subscriptions.receive(frame, text),
    });
  }

  get state(): LiveState {
    return this.#link.state;
  }

  onState(listener: (state: LiveState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  subscribe(feed: string, options: SubscribeOptions = {}): LiveSubscription {
    if (this.#isClosed) throw new TypeError('the connection is closed');
    return this.#subscriptions.add(feed, options);
  }

  reconnect(): void {
    if (!this.#isClosed) this.#link.reconnect();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#subscriptions.close();
    this.#link.close();
  }

  #tell(state: LiveState): void {
    for (const listener of this.#listeners) listener(state);
    if (state.kind !== 'stopped' || this.#isClosed) return;
    this.#subscriptions.interrupt(new LiveError(state.code, state.why));
  }
}

/** Converts an `http` URL to the corresponding `ws` one. @throws TypeError if the URL is invalid. */
function resolveUrl(url: string, page: Page): string {
  const resolved = new URL(url, page.url);
  resolved.protocol = resolved.protocol.replace(/^http/, 'ws');
  return resolved.href;
}
