import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer, WebSocket as WsWebSocket } from 'ws';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import {
  type Clock,
  connectLive,
  type ConnectLiveOptions,
  type Live,
  type LiveState,
  type Page,
} from '../src/index.ts';

/** A frame as the client sent it. */
export type Frame = Readonly<Record<string, unknown>>;

/** The server's side of one connection, which the test controls. */
export interface Peer {
  readonly ws: WebSocket;
  readonly received: readonly Frame[];
  send(frame: object): void;
  /** Sends text that may not be a frame. */
  sendText(text: string): void;
}

export interface ScriptedServer {
  readonly url: string;
  /** The connections in the order of opening. */
  readonly peers: readonly Peer[];
  /** Resolves with the n-th connection, from 0. */
  peer(index: number): Promise<Peer>;
}

/** Opens a WebSocket server that says nothing by itself. */
export async function openScriptedServer(): Promise<ScriptedServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  use(server, () => server.close());
  const peers: Peer[] = [];
  server.on('connection', (ws) => {
    use(ws, () => ws.terminate());
    const received: Frame[] = [];
    ws.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as Frame));
    peers.push({
      ws,
      received,
      send: (frame) => ws.send(JSON.stringify(frame)),
      sendText: (text) => ws.send(text),
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/v1/`,
    peers,
    peer: (index) => until(() => peers[index]),
  };
}

/** A clock that stands still until the test advances it. */
export class ManualClock implements Clock {
  #nowMs = 1_000_000;
  readonly #timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (let timer = this.#due(endMs); timer; timer = this.#due(endMs)) {
      this.#timers.delete(timer);
      this.#nowMs = timer.dueMs;
      timer.run();
    }
    this.#nowMs = endMs;
  }

  #due(endMs: number): { readonly dueMs: number; readonly run: () => void } | undefined {
    return [...this.#timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}

/** A page whose signals come from the test. */
export class TestPage implements Page {
  readonly url = 'https://app.example/saved?page=2';
  offline = false;
  readonly listeners = new Set<(signal: 'awake' | 'offline') => void>();

  isOffline(): boolean {
    return this.offline;
  }

  onSignal(listener: (signal: 'awake' | 'offline') => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  signal(signal: 'awake' | 'offline'): void {
    for (const listener of this.listeners) listener(signal);
  }
}

export interface Connected {
  readonly live: Live;
  readonly clock: ManualClock;
  readonly page: TestPage;
  /** Every state since the first. */
  readonly states: readonly LiveState[];
}

/** Connects a client whose time stands still, and whose delays are half of what they may be. */
export function connect(url: string, options: ConnectLiveOptions = {}): Connected {
  const clock = new ManualClock();
  const page = new TestPage();
  const states: LiveState[] = [];
  const live = connectLive(url, {
    WebSocket: WsWebSocket,
    clock,
    page,
    random: () => 0.5,
    onState: (state) => states.push(state),
    ...options,
  });
  use(live, () => live.close());
  return { live, clock, page, states };
}

/** Says welcome on the n-th connection, and answers the subscription that follows. */
export async function welcome(
  server: ScriptedServer,
  index = 0,
  { at = 'e:10', recovered = true, replay = 0 } = {},
): Promise<Peer> {
  const peer = await server.peer(index);
  peer.send({ t: 'welcome', ping: 25, feeds: ['messages'], limits: {} });
  const { id } = await until(() => peer.received.find(({ t }) => t === 'sub'));
  peer.send({ t: 'ok', id, feed: 'messages', at, recovered, replay });
  return peer;
}

/** A message of the feed `messages`. */
export function message(o: number, d: unknown = { n: o }): object {
  return { t: 'm', f: 'messages', o, d, ts: 1_700_000_000_000 + o };
}
