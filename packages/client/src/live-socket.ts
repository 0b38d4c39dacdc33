import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { Outbox } from './outbox.ts';
import type { Page } from './page.ts';
import { type ByeFrame, parseServerFrame, type ServerFrame } from './server-frame.ts';
import type { Socket, SocketEvent, WebSocketConstructor } from './web-socket.ts';

/** The state of a client's connection. */
export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It tries again at `retryAtMs`, in epoch milliseconds; `attempt` counts from 1. */
  | { readonly kind: 'waiting'; readonly retryAtMs: number; readonly attempt: number; readonly why: string }
  /** The browser has no network. It goes on trying, and tries at once when the network is back. */
  | { readonly kind: 'offline' }
  /** It was closed (1000), or the server will not have it: `code` is the WebSocket close code. */
  | { readonly kind: 'stopped'; readonly code: number; readonly why: string };

export interface LinkOptions {
  readonly url: string;
  readonly token?: Token | undefined;
  readonly headers?: CredentialHeaders | undefined;
  readonly WebSocket: WebSocketConstructor;
  readonly clock: Clock;
  readonly random: () => number;
  readonly page: Page;
  readonly onState: (state: LiveState) => void;
  /** Called with each frame and its text. */
  readonly onFrame: (frame: ServerFrame, text: string) => void;
}

/**
 * A JSON Web Token, or a function that fetches a fresh one for each connection, and before the last one
 * expires. Return `undefined` to connect anonymously.
 */
export type Token = Given<string>;

/** Headers with credentials, such as an API key; or a function that returns them, as for a token. */
export type CredentialHeaders = Given<Readonly<Record<string, string>>>;

type Given<T> = T | (() => T | undefined | Promise<T | undefined>);

const subprotocol = 'liveupdate.v1.json';
const openTimeoutMs = 10_000;
/**
 * A token is replaced after this fraction of its lifetime, at least a second and at most a timer's maximum.
 */
const refreshAt = 0.8;
const minRefreshMs = 1_000;
const maxRefreshMs = 2 ** 31 - 1;
/** A connection that lasted this long resets the back-off. */
const healthyMs = 30_000;

interface Loss {
  readonly code: number;
  readonly why: string;
}

/** A WebSocket to one server that is reopened whenever it is lost. */
export class LiveSocket {
  readonly #options: LinkOptions;
  readonly #backoff: Backoff;
  readonly #stopListening: () => void;
  #state: LiveState = { kind: 'connecting' };
  #connection: Connection | undefined;
  /** The only timer at a time: for opening, for heartbeats, or for the next attempt. */
  #cancelTimer = () => {};
  #cancelRefresh = () => {};
  #heartbeatMs = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#stopListening = options.page.onSignal((signal) =>
      signal === 'awake' ? this.#wake() : this.#goOffline(),
    );
    this.#open();
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Sends a frame; does nothing before the server's welcome. */
  send(frame: object): void {
    if (this.#connection?.liveSinceMs !== undefined) this.#connection.outbox.push(frame);
  }

  /** Reconnects at once, even after the server refused this client. */
  reconnect(): void {
    this.#drop();
    this.#backoff.reset();
    this.#open();
  }

  close(): void {
    this.#drop();
    this.#stopListening();
    this.#enter({ kind: 'stopped', code: 1000, why: 'closed' });
  }

  #open(): void {
    const { WebSocket, url, clock, page, token, headers } = this.#options;
    const socket = new WebSocket(url, [subprotocol]);
    const outbox = new Outbox(clock, (text) => socket.send(text));
    const hasGreeted = token === undefined && headers === undefined;
    const connection: Connection = { socket, outbox, hasGreeted };
    this.#connection = connection;
    const listen = (type: Parameters<Socket['addEventListener']>[0], run: (event: SocketEvent) => void) =>
      socket.addEventListener(type, (event) => {
        if (this.#connection === connection) run(event);
      });
    listen('open', () => void this.#greet(connection)); // Never rejects.
    listen('message', ({ data }) => this.#receive(connection, data));
    listen('close', ({ code = 1006, reason }) => this.#lose({ code, why: reason || 'connection lost' }));
    listen('error', () => {}); // A close follows.
    this.#arm(openTimeoutMs, () => this.#lose({ code: 1006, why: 'no answer' }));
    this.#enter(page.isOffline() ? { kind: 'offline' } : { kind: 'connecting' });
  }

  /** Authenticates; a server refuses subscriptions sent before that. */
  async #greet(connection: Connection): Promise<void> {
    if (connection.hasGreeted) return;
    try {
      const hello = await this.#hello();
      if (this.#connection !== connection) return;
      if (hello) connection.outbox.push(hello);
      connection.hasGreeted = true;
      if (connection.welcome) this.#begin(connection, connection.welcome);
    } catch (error) {
      if (this.#connection === connection)
        this.#lose({ code: 1006, why: `no credentials: ${String(error)}` });
    }
  }

  #refreshIn(connection: Connection, expiresInMs: number): void {
    const { token, headers } = this.#options;
    if (typeof token !== 'function' && typeof headers !== 'function') return;
    this.#cancelRefresh();
    const inMs = Math.min(Math.max(expiresInMs * refreshAt, minRefreshMs), maxRefreshMs);
    this.#cancelRefresh = this.#options.clock.after(inMs, () => void this.#refresh(connection)); // Never rejects.
  }

  /** Without a fresh token the connection stays until the server closes it, and is then reopened. */
  async #refresh(connection: Connection): Promise<void> {
    try {
      const hello = await this.#hello();
      if (this.#connection === connection && hello) connection.outbox.push(hello);
    } catch {
      // The error is reported when the connection is lost.
    }
  }

  async #hello(): Promise<object | undefined> {
    const { token: ofToken, headers: ofHeaders } = this.#options;
    const [token, headers] = await Promise.all([
      typeof ofToken === 'function' ? ofToken() : ofToken,
      typeof ofHeaders === 'function' ? ofHeaders() : ofHeaders,
    ]);
    return token === undefined && headers === undefined ? undefined : { t: 'hello', token, headers };
  }

  #receive(connection: Connection, data: unknown): void {
    if (this.#heartbeatMs > 0) this.#watch();
    const text = String(data);
    let frame: ServerFrame | undefined;
    try {
      frame = parseServerFrame(text);
    } catch (error) {
      return this.#lose({ code: 1006, why: String(error) });
    }
    if (!frame) return;
    if (frame.t === 'bye') connection.bye = frame;
    if (frame.t === 'auth' && frame.expiresInMs !== undefined) this.#refreshIn(connection, frame.expiresInMs);
    if (frame.t !== 'welcome') return this.#options.onFrame(frame, text);
    this.#heartbeatMs = frame.ping * 1_000;
    this.#watch();
    connection.welcome = { frame, text };
    if (connection.hasGreeted) this.#begin(connection, connection.welcome);
  }

  #begin(connection: Connection, { frame, text }: Welcome): void {
    connection.welcome = undefined;
    connection.liveSinceMs = this.#options.clock.nowMs();
    this.#options.onFrame(frame, text);
    if (this.#connection === connection) this.#enter({ kind: 'live' });
  }

  #watch(): void {
    this.#arm(2 * this.#heartbeatMs, () => this.#lose({ code: 1006, why: 'no heartbeat' }));
  }

  #lose({ code, why }: Loss): void {
    const connection = this.#connection;
    if (!connection) return;
    this.#drop();
    const { bye, liveSinceMs } = connection;
    if (code >= 4500 && code < 5000) return this.#enter({ kind: 'stopped', code, why: bye?.why ?? why });
    const nowMs = this.#options.clock.nowMs();
    if (liveSinceMs !== undefined && nowMs - liveSinceMs >= healthyMs) this.#backoff.reset();
    const delayMs = Math.max(this.#backoff.next(), bye?.retryMs ?? 0);
    this.#arm(delayMs, () => this.#open());
    const { attempt } = this.#backoff;
    const waiting = { kind: 'waiting', retryAtMs: nowMs + delayMs, attempt, why: bye?.why ?? why } as const;
    this.#enter(this.#options.page.isOffline() ? { kind: 'offline' } : waiting);
  }

  #wake(): void {
    if (this.#connection || this.#state.kind === 'stopped') return;
    this.#cancelTimer();
    this.#open();
  }

  #goOffline(): void {
    if (this.#connection) this.#lose({ code: 1006, why: 'the browser went offline' });
    else if (this.#state.kind === 'waiting') this.#enter({ kind: 'offline' });
  }

  /** Detaches from the connection, whatever happens to its socket. */
  #drop(): void {
    this.#cancelTimer();
    this.#cancelRefresh();
    this.#connection?.outbox.close();
    this.#connection?.socket.close();
    this.#connection = undefined;
    this.#heartbeatMs = 0;
  }

  #arm(delayMs: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(delayMs, run);
  }

  #enter(state: LiveState): void {
    const isSame =
      this.#state.kind === state.kind && (state.kind === 'offline' || state.kind === 'connecting');
    this.#state = state;
    if (!isSame) this.#options.onState(state);
  }
}

interface Welcome {
  readonly frame: ServerFrame;
  readonly text: string;
}

interface Connection {
  readonly socket: Socket;
  readonly outbox: Outbox;
  /** Whether the client has authenticated, if it has credentials. */
  hasGreeted: boolean;
  /** Frames received before that. */
  welcome?: Welcome | undefined;
  /** The time of the server's welcome; absent before it. */
  liveSinceMs?: number;
  /** The server's `bye`, before it closes. */
  bye?: ByeFrame;
}
