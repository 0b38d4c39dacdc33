import type { fetchText } from './fetch-text.ts';
import { formatCount, formatCountOf } from './format.ts';

/** A message that could not be worked on, as `/system/v1/dead-letters/` shows it. */
export interface DeadLetter {
  readonly messageId: string;
  readonly endpoint: string;
  readonly reason: string;
  readonly attempts: number;
  readonly requestId: string | undefined;
  /** ISO 8601, as is `diedAt`. */
  readonly publishedAt: string;
  readonly diedAt: string | undefined;
  readonly bodyBytes: number;
  /** Perhaps only its beginning: see {@link excerptBytes}. */
  readonly body: string;
}

export type DeadLetterFate = 'replay' | 'purge';

const source = '/system/v1/dead-letters/';

/** Most letters that are shown. */
export const maxShown = 50;
/** So much of a body comes with the list of letters. */
export const excerptBytes = 4_096;

/**
 * Gets the oldest letters of a queue.
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
 * Gets one letter with its body; undefined when it is no longer there.
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
  /** Those that were shown. */
  readonly letters: readonly DeadLetter[];
  readonly fetch: typeof fetchText;
}

/**
 * Replays or deletes letters of a queue, those that are named and no others. Returns how many.
 *
 * @throws ProblemError
 */
export async function sortDeadLetters(
  fate: DeadLetterFate,
  { queue, letters, fetch }: SortOptions,
): Promise<number> {
  // The limit: of several letters with one id, only as many as were shown.
  const order = { queue, ids: letters.map(({ messageId }) => messageId), limit: letters.length };
  const answer = await fetch(`${source}${fate}`, { json: order, timeoutMs: 120_000 });
  const { replayed = 0, purged = 0 } = JSON.parse(answer) as { replayed?: number; purged?: number };
  return replayed + purged;
}

/** What came of it: `Deleted 3 of 5 messages; 2 were no longer in the queue.` */
export function resultOf(fate: DeadLetterFate, asked: number, done: number): string {
  const did = fate === 'replay' ? 'Replayed' : 'Deleted';
  if (done === asked) return `${did} ${formatCountOf(done, 'message')}.`;
  const missing = asked - done;
  const were = missing === 1 ? 'was' : 'were';
  return `${did} ${formatCount(done)} of ${formatCountOf(asked, 'message')}; ${formatCount(missing)} ${were} no longer in the queue.`;
}
