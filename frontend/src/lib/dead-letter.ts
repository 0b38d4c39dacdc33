import type { fetchText } from './fetch-text.ts';
import { formatCount, formatCountOf } from './format.ts';

/** A dead letter as `/system/v1/dead-letters/` returns it. */
export interface DeadLetter {
  readonly messageId: string;
  readonly endpoint: string;
  /** The queue that it comes from, one of several if the worker has several. */
  readonly queue: string;
  /** The routing key that it was published with; empty without one. */
  readonly routingKey: string;
  readonly reason: string;
  readonly attempts: number;
  readonly requestId: string | undefined;
  /** ISO 8601, like `diedAt`. */
  readonly publishedAt: string;
  readonly diedAt: string | undefined;
  readonly bodyBytes: number;
  /** May be truncated: see {@link excerptBytes}. */
  readonly body: string;
}

export type DeadLetterFate = 'replay' | 'purge';

const source = '/system/v1/dead-letters/';

/** The maximum number of dead letters shown. */
export const maxShown = 50;
/** Bodies in a list are truncated to this size. */
export const excerptBytes = 4_096;

/**
 * Fetches the oldest dead letters of a queue.
 *
 * @throws ProblemError
 */
export async function fetchDeadLetters(
  queue: string,
  fetch: typeof fetchText,
): Promise<readonly DeadLetter[]> {
  const query = new URLSearchParams({ queue, limit: String(maxShown) });
  const { letters } = JSON.parse(await fetch(`${source}?${query}`)) as { letters: readonly DeadLetter[] };
  return letters;
}

export interface LetterOptions {
  readonly queue: string;
  readonly id: string;
  readonly fetch: typeof fetchText;
}

/**
 * Fetches one dead letter with its body; undefined if it is gone.
 *
 * @throws ProblemError
 */
export async function fetchDeadLetter({ queue, id, fetch }: LetterOptions): Promise<DeadLetter | undefined> {
  const query = new URLSearchParams({ queue, id });
  const { letters } = JSON.parse(await fetch(`${source}?${query}`)) as { letters: readonly DeadLetter[] };
  return letters[0];
}

export interface SortOptions {
  readonly queue: string;
  /** The dead letters that were shown. */
  readonly letters: readonly DeadLetter[];
  readonly fetch: typeof fetchText;
}

/**
 * Replays or deletes exactly the given dead letters of a queue. Returns how many it did.
 *
 * @throws ProblemError
 */
export async function sortDeadLetters(
  fate: DeadLetterFate,
  { queue, letters, fetch }: SortOptions,
): Promise<number> {
  // The limit: if several have the same id, only as many as were shown.
  const order = { queue, ids: letters.map(({ messageId }) => messageId), limit: letters.length };
  const answer = await fetch(`${source}${fate}`, { json: order, timeoutMs: 120_000 });
  const { replayed = 0, purged = 0 } = JSON.parse(answer) as { replayed?: number; purged?: number };
  return replayed + purged;
}

/** The result in a sentence: `Deleted 3 of 5 messages; 2 were no longer in the queue.` */
export function resultOf(fate: DeadLetterFate, asked: number, done: number): string {
  const did = fate === 'replay' ? 'Replayed' : 'Deleted';
  if (done === asked) return `${did} ${formatCountOf(done, 'message')}.`;
  const missing = asked - done;
  const were = missing === 1 ? 'was' : 'were';
  return `${did} ${formatCount(done)} of ${formatCountOf(asked, 'message')}; ${formatCount(missing)} ${were} no longer in the queue.`;
}
