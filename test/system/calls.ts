import { setImmediate } from 'node:timers/promises';

/** Sends a JSON body. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The numbers of the POSTs, grouped by HTTP status; 0 if the connection failed. */
export type Outcomes = ReadonlyMap<number, readonly number[]>;

export interface PostManyOptions {
  /** The URLs to post to, in turn. */
  readonly urls: readonly string[];
  readonly count: number;
  /** @default 64 */
  readonly concurrency?: number;
  /** Called after each answer, with the number of answers so far. */
  readonly onAnswer?: (answered: number) => void;
}

/** Posts `{"n":0}`, `{"n":1}`, …; resolves with the numbers of each status. */
export async function postMany({
  urls,
  count,
  concurrency = 64,
  onAnswer,
}: PostManyOptions): Promise<Outcomes> {
  const outcomes = new Map<number, number[]>();
  let next = 0;
  let answered = 0;
  const sendUntilDone = async (): Promise<void> => {
    while (next < count) {
      const n = next;
      next += 1;
      const status = await statusOf(urls[n % urls.length] ?? '', n);
      const same = outcomes.get(status) ?? [];
      same.push(n);
      outcomes.set(status, same);
      answered += 1;
      onAnswer?.(answered);
      await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sendUntilDone));
  return outcomes;
}

/** Posts `{"n":<n>}`; resolves with the HTTP status, or 0 without an answer. */
export async function statusOf(url: string, n: number): Promise<number> {
  try {
    const response = await post(url, { n });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
