import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../system/calls.ts';

const senderCount = 8;
/** Keeps the load steady, and leaves CPU time to everything else. */
const pauseMs = 40;

/** Which calls got which status; 0 if the connection failed. */
type Statuses = ReadonlyMap<number, number>;

/** The outcome of a load's calls. */
export interface LoadResult {
  readonly id: string;
  readonly sent: number;
  /** The `n` of the confirmed messages. */
  readonly confirmed: readonly number[];
  readonly postStatuses: Statuses;
  readonly getStatuses: Statuses;
  /** The longest time without a confirmed POST. */
  readonly longestPauseMs: number;
}

export interface Load {
  readonly id: string;
  /** How many POSTs have been answered. */
  readonly answered: () => number;
  /** Ends the load once each call is answered. */
  stop(): Promise<LoadResult>;
}

/** Sends messages `{"load":"<id>","n":0}`, … from several senders in sequence, and reads pages in between. */
export function startLoad(messagesUrl: string): Load {
  const id = randomUUID();
  const confirmed: number[] = [];
  const [postStatuses, getStatuses] = [new Map<number, number>(), new Map<number, number>()];
  let next = 0;
  let answered = 0;
  let lastMs = performance.now();
  let longestPauseMs = 0;
  const stop = new AbortController();
  const sendUntilStopped = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const n = next;
      next += 1;
      const status = await statusOf(() => post(messagesUrl, { load: id, n }));
      count(postStatuses, status);
      if (status === 200) {
        confirmed.push(n);
        longestPauseMs = Math.max(longestPauseMs, performance.now() - lastMs);
        lastMs = performance.now();
      }
      answered += 1;
      if (n % 4 === 0) count(getStatuses, await statusOf(() => fetch(`${messagesUrl}?limit=10`)));
      await sleep(pauseMs);
    }
  };
  const senders = Array.from({ length: senderCount }, sendUntilStopped);
  return {
    id,
    answered: () => answered,
    async stop() {
      stop.abort();
      await Promise.all(senders);
      return { id, sent: next, confirmed, postStatuses, getStatuses, longestPauseMs };
    },
  };
}

function count(statuses: Map<number, number>, status: number): void {
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
}

async function statusOf(call: () => Promise<Response>): Promise<number> {
  try {
    const response = await call();
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
