import { connectLive } from '@restmapper/client';
import { WebSocket } from 'ws';
import { type EventSourceClient, openEventSource } from '../support/event-source.ts';

/** Watches a load, and reconnects when it is disconnected. */
export interface Watcher {
  /** Resolves when the subscription is ready. */
  readonly ready: Promise<void>;
  /** How often each `n` of the load was received. */
  readonly seen: ReadonlyMap<number, number>;
  readonly gaps: () => number;
  /** How often it reconnected. */
  readonly returns: () => number;
  close(): void;
}

interface Message {
  readonly load?: string;
  readonly n?: number;
}

/** Counts only the messages of the load with this id. */
function createTally(loadId: string) {
  const seen = new Map<number, number>();
  return {
    seen,
    take({ load, n }: Message): void {
      if (load === loadId && n !== undefined) seen.set(n, (seen.get(n) ?? 0) + 1);
    },
  };
}

/** Watches with the published client. */
export function watchBySocket(url: string, loadId: string): Watcher {
  const { seen, take } = createTally(loadId);
  let gaps = 0;
  let readies = 0;
  const live = connectLive(`${url.replace('http', 'ws')}/ws/v1/`, { WebSocket });
  const ready = new Promise<void>((resolve) => {
    live.subscribe('messages', {
      onReady: () => {
        readies += 1;
        resolve();
      },
      onMessage: ({ data }) => take(data as Message),
      onGap: () => (gaps += 1),
    });
  });
  return { ready, seen, gaps: () => gaps, returns: () => readies - 1, close: () => live.close() };
}

/** Watches like an EventSource, which stops at any status other than 200. */
export function watchByEvents(url: string, loadId: string): Watcher {
  const { seen, take } = createTally(loadId);
  let gaps = 0;
  let readies = 0;
  let lastEventId = '';
  let current: EventSourceClient | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let markReady = (): void => {};
  const ready = new Promise<void>((resolve) => (markReady = resolve));
  const connect = async (): Promise<void> => {
    let retryMs = 1_000;
    try {
      current = await openEventSource(`${url}/sse/v1/messages`, {
        lastEventId,
        outlivesTest: true,
        onEvent({ event, data }) {
          if (event === 'gap') gaps += 1;
          if (event === 'message') take(JSON.parse(data) as Message);
          if (event !== 'ok') return;
          readies += 1;
          markReady();
        },
      });
      if (isClosed) current.close();
      if (current.status !== 200) return;
      await current.ended;
      lastEventId = current.parser.lastEventId;
      retryMs = current.parser.retryMs ?? retryMs;
    } catch {
      // The connection was refused: the bridge is down.
    }
    if (!isClosed) timer = setTimeout(() => void connect(), retryMs); // It never rejects.
  };
  void connect();
  return {
    ready,
    seen,
    gaps: () => gaps,
    returns: () => readies - 1,
    close() {
      isClosed = true;
      clearTimeout(timer);
      current?.close();
    },
  };
}
