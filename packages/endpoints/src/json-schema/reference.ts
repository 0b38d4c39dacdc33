import { applyHere } from './combining-keywords.ts';
import { Seen, type Verdict } from './location.ts';
import type { Evaluate, Run } from './run.ts';

export interface ReferenceOptions {
  /** Names what the reference leads to. */
  readonly name: string;
  /** Whether it may lead elsewhere when other resources were entered. */
  readonly isDynamic: boolean;
}

/**
 * Judges by a schema that is referred to.
 *
 * A run that remembers keeps its verdict on each value: several paths may lead a value to the same schema,
 * and their number can double with every level.
 */
export function applyReference(
  find: (run: Run) => Evaluate,
  { name, isDynamic }: ReferenceOptions,
): Evaluate {
  return (at, run, seen) => {
    if (!run.remembers) return applyHere(find(run), [at, run, seen]);
    const key = isDynamic ? `${name} ${run.scope.join()}` : name;
    const known = at.verdictOf(key);
    if (known && isUsable(known, run, seen)) return recall(known, run, seen);
    const before = run.violations.length;
    const inner = seen && new Seen();
    const isValid = find(run)(at, run, inner);
    at.remember(key, {
      isValid,
      seen: inner,
      isQuiet: run.isQuiet,
      violations: run.violations.slice(before),
    });
    if (isValid && inner) seen.add(inner);
    return isValid;
  };
}

/** A verdict that was found quietly says nothing of violations. */
function isUsable(known: Verdict, run: Run, seen: Seen | undefined): boolean {
  return (!known.isQuiet || known.isValid || run.isQuiet) && (known.seen !== undefined || !seen);
}

function recall(known: Verdict, run: Run, seen: Seen | undefined): boolean {
  if (!known.isValid) run.note(known.violations);
  else if (known.seen) seen?.add(known.seen);
  return known.isValid;
}
