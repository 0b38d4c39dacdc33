import type { DeadLetter, DeadLetterFate, DecideDeadLetter } from '@restmapper/bus';

/** Which letters of a queue are meant; without any member, all. */
export interface Selection {
  /** Message ids, in any case. */
  readonly ids?: readonly string[] | undefined;
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined;
  /** The first so many of them. */
  readonly limit?: number | undefined;
}

/** Whether a letter is meant, the limit aside. */
export function isSelected({ messageId, reason }: DeadLetter, selection: Selection): boolean {
  const { ids, reason: part } = selection;
  if (ids && !ids.some((id) => id.toLowerCase() === messageId)) return false;
  return part === undefined || reason.toLowerCase().includes(part.toLowerCase());
}

/** Makes the sorter that gives the letters that are meant a fate, keeps the others, and stops at the limit. */
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
