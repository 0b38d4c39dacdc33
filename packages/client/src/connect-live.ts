import { type Clock, systemClock } from './clock.ts';
import { type CredentialHeaders, LiveSocket, type LiveState, type Token } from './live-socket.ts';
import { LiveError } from './live-error.ts';
import { createPage, type Page } from './page.ts';
import type { LiveSubscription, SubscribeOptions } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';
import { globalWebSocket, type WebSocketConstructor } from './web-socket.ts';

export interface ConnectLiveOptions {
  /** Tells the server who this is; a function is called for each connection, and before its token expires. */
  readonly token?: Token;
  /** Tells the same by headers, such as an API key's: a browser sets none for a WebSocket. */
  readonly headers?: CredentialHeaders;
  /** @default that of the runtime: browsers have one, Node has one from 22 on */
  readonly WebSocket?: WebSocketConstructor;
  /** Called at every change of state. */
  readonly onState?: (state: LiveState) => void;
  /** @default that of the system */
  readonly clock?: Clock;
  /** Gives 0 up to, but not including, 1. @default Math.random */
  readonly random?: () => number;
  /** @default the page that this runs in, if any */
  readonly page?: Page;
}

/** A connection to the live feeds that is made again whenever it is lost. */
export interface Live {
  readonly state: LiveState;
  /** Calls the listener at every change of state; returns the function that stops it. */
  onState(listener: (state: LiveState) => void): () => void;
  /**
   * Gets the messages of a feed, and resumes where it was after each reconnect.
   *
   * @throws TypeError when there is a subscription to this feed, or the connection is closed for good.
   */
  subscribe(feed: string, options?: SubscribeOptions): LiveSubscription;
  /** Reconnects at once instead of at the next attempt, also after the server refused this client. */
  reconnect(): void;
  /** Ends the connection and the subscriptions for good. */
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
 * @throws TypeError when the URL is none, or the runtime has no WebSocket and none is passed.
 */
export function connectLive(url: string, options: ConnectLiveOptions = {}): Live {
  return new LiveConnection(url, options);
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

/** An `http` URL means the `ws` one at the same place. @throws TypeError when it is no URL. */
function resolveUrl(url: string, page: Page): string {
  const resolved = new URL(url, page.url);
  resolved.protocol = resolved.protocol.replace(/^http/, 'ws');
  return resolved.href;
}
