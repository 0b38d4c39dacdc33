import type { DeadLetter, DeadLetterFate, DecideDeadLetter } from '@restmapper/bus';

/** Selects dead letters of a queue; without any member, all. */
export interface Selection {
  /** Message ids, in any case. */
  readonly ids?: readonly string[] | undefined;
  /** A substring of the reason, in any case. */
  readonly reason?: string | undefined;
  /** The maximum number, oldest first. */
  readonly limit?: number | undefined;
}

/** Whether a dead letter is selected, ignoring the limit. */
export function isSelected({ messageId, reason }: DeadLetter, selection: Selection): boolean {
  const { ids, reason: part } = selection;
  if (ids && !ids.some((id) => id.toLowerCase() === messageId)) return false;
  return part === undefined || reason.toLowerCase().includes(part.toLowerCase());
}

/**
 * Creates the callback that replays or purges selected dead letters, keeps the others, and stops at the
 * limit.
 */
export function createSorter(
  selection: Selection,
  decide: (letter: DeadLetter) => DeadLetterFate,
): DecideDeadLetter {
  let left = selection.limit ?? Number.POSITIVE_INFINITY;
  return (letter) => {
    if (left === 0) return 'stop';
    if (!isSelected(letter, selection)) return 'keep';
    left -= 1;
    return decide(letter);
  };
}
