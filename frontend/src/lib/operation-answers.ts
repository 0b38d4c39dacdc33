import type { JsonSchema } from './json-schema.ts';

/** One way in which a call can be answered. */
export interface Answer {
  /** `200`, or `default` for all statuses that are not listed. */
  readonly status: string;
  readonly isSuccess: boolean;
  /** Markdown. */
  readonly description: string;
  /** The schema of its body, if that can be JSON; `undefined` without one. */
  readonly schema: JsonSchema | undefined;
  /** The media types of its body, unless that is always JSON. */
  readonly mediaTypes: readonly string[];
}

/** The answers of an operation: successes first, then errors by status, then all others. */
export function sortAnswers(answers: readonly Answer[]): readonly Answer[] {
  // `default` is not a number, and comes last.
  const rank = ({ status }: Answer) => Number(status) || Number.POSITIVE_INFINITY;
  return answers.toSorted((a, b) => rank(a) - rank(b) || 0);
}

/** Whether a status means success. */
export function isSuccessStatus(status: string): boolean {
  return status.startsWith('2');
}
