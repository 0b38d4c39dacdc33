import { connectLive } from '@restmapper/client';
import { WebSocket } from 'ws';
import { type EventSourceClient, openEventSource } from '../support/event-source.ts';

/** How long a client stays connected before it is cut off, and how long it is away at least. */
const connectedMs = 5_000;
const awayMs = 2_000;

/** Listens to a feed of the messages `{"n":0}`, `{"n":1}`, …, and keeps account of them. */
export interface Listener {
  readonly account: Account;
  /** Resolves when the subscription is ready. */
  readonly ready: Promise<void>;
  /** Terminates the connection without a close handshake. */
  cut(): void;
  close(): void;
}

/** The messages of one client; each number must be the successor of the last. */
export class Account {
  next = 0;
  duplicates = 0;
  /** Messages that are missing without a declared gap. */
  undeclared = 0;
  gaps = 0;
  cuts = 0;

  take(n: number): void {
    if (n < this.next) {
      this.duplicates += 1;
      return;
    }
    this.undeclared += n - this.next;
    this.next = n + 1;
  }
}

/** The URLs to connect to; they change when a process is replaced. */
export type Places = readonly [string, string];

function anyOf(places: Places): string {
  return places[Math.random() < 0.5 ? 0 : 1];
}

/** The published client, which reconnects to either process, but never sooner than it should. */
export function listenBySocket(places: Places, feed: string): Listener {
  const account = new Account();
  let socket: WebSocket | undefined;
  const RoamingSocket = new Proxy(WebSocket, {
    construct(WebSocket, [, protocols]: [string, string[]]) {
      const url = `${anyOf(places).replace('http', 'ws')}/ws/v1/`;
      socket = new WebSocket(url, protocols, { perMessageDeflate: false });
      return socket;
    },
  });
  const live = connectLive('ws://roaming.invalid/', {
    WebSocket: RoamingSocket,
    clock: {
      nowMs: () => Date.now(),
      after(delayMs, run) {
        const timer = setTimeout(run, Math.max(delayMs, awayMs));
        return () => clearTimeout(timer);
      },
    },
  });
  const ready = new Promise<void>((resolve) => {
    live.subscribe(feed, {
      onReady: () => resolve(),
      onMessage: ({ data }) => account.take((data as { n: number }).n),
      onGap: () => (account.gaps += 1),
    });
  });
  return { account, ready, cut: () => socket?.terminate(), close: () => live.close() };
}

/** An EventSource, which reconnects to either process. */
export function listenByEvents(places: Places, feed: string): Listener {
  const account = new Account();
  let lastEventId = '';
  let current: EventSourceClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let markReady = (): void => {};
  const ready = new Promise<void>((resolve) => (markReady = resolve));

  const connect = async (): Promise<void> => {
    try {
      current = await openEventSource(`${anyOf(places)}/sse/v1/${feed}`, {
        lastEventId,
        outlivesTest: true,
        onEvent({ event, data }) {
          if (event === 'ok') markReady();
          if (event === 'gap') account.gaps += 1;
          if (event === 'message') account.take((JSON.parse(data) as { n: number }).n);
        },
      });
      if (isClosed) current.close();
      await current.ended;
      lastEventId = current.parser.lastEventId;
    } catch {
      // The connection was refused: the process is down.
    }
    if (!isClosed) timer = setTimeout(() => void connect(), awayMs); // It never rejects.
  };
  void connect();
  const close = (): void => {
    isClosed = true;
    clearTimeout(timer);
    current?.close();
  };
  return { account, ready, cut: () => current?.close(), close };
}

/** Cuts off each listener every seven seconds, at different times; returns a function that stops it. */
export function cutEach(listeners: readonly Listener[]): () => void {
  const timers = new Map<Listener, NodeJS.Timeout>();
  const cutAfter = (listener: Listener, delayMs: number): void => {
    const cut = (): void => {
      listener.cut();
      listener.account.cuts += 1;
      cutAfter(listener, awayMs + connectedMs);
    };
    timers.set(listener, setTimeout(cut, delayMs));
  };
  for (const listener of listeners) cutAfter(listener, Math.random() * connectedMs);
  return () => {
    for (const timer of timers.values()) clearTimeout(timer);
  };
}
