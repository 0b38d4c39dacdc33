import type { fetchText } from './fetch-text.ts';

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
  /** Perhaps only its beginning. */
  readonly body: string;
}

export type DeadLetterFate = 'replay' | 'purge';

const source = '/system/v1/dead-letters/';

/** Most letters that are shown. */
export const maxShown = 50;

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

export interface SortOptions {
  readonly queue: string;
  readonly ids: readonly string[] | undefined;
  readonly fetch: typeof fetchText;
}

/**
 * Replays or deletes letters of a queue; without ids, all of them. Gives how many.
 *
 * @throws ProblemError
 */
export async function sortDeadLetters(
  fate: DeadLetterFate,
  { queue, ids, fetch }: SortOptions,
): Promise<number> {
  const answer = await fetch(`${source}${fate}`, { json: { queue, ids }, timeoutMs: 120_000 });
  const { replayed = 0, purged = 0 } = JSON.parse(answer) as { replayed?: number; purged?: number };
  return replayed + purged;
}
