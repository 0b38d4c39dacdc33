import { applyHere } from './combining-keywords.ts';
import { Seen, type Verdict } from './location.ts';
import type { Evaluate, Run } from './run.ts';

export interface ReferenceOptions {
  /** The unique number of the target. */
  readonly name: string;
  /** Whether its target depends on the entered resources. */
  readonly isDynamic: boolean;
}

/**
 * Applies a referenced schema.
 *
 * A caching run keeps the result per value: a value may reach the same schema on several paths, whose number
 * can double with every level.
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

/** A result found without recording violations has none. */
function isUsable(known: Verdict, run: Run, seen: Seen | undefined): boolean {
  return (!known.isQuiet || known.isValid || run.isQuiet) && (known.seen !== undefined || !seen);
}

function recall(known: Verdict, run: Run, seen: Seen | undefined): boolean {
  if (!known.isValid) run.note(known.violations);
  else if (known.seen) seen?.add(known.seen);
  return known.isValid;
}
