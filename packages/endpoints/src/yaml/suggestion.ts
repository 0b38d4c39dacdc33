/** Returns `; did you mean …?` with the known word nearest to the given one, or nothing when none is near. */
export function didYouMean(given: string, known: Iterable<string>): string {
  const word = nearest(given, known);
  return word === undefined ? '' : `; did you mean \`${word}\`?`;
}

/** Reads back from a message the word that it suggests. */
export function suggestionIn(message: string): string | undefined {
  return /; did you mean `(.+)`\?$/.exec(message)?.[1];
}

/** The known word nearest to the given one; `undefined` when none is near. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(Math.floor(given.length / 3) + 1.5, given.length);
  for (const word of known) {
    const distance = editDistance(given.toLowerCase(), word.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [word, distance];
  }
  return best;
}

/** Counts the insertions, deletions, replacements and swaps of neighbours between two words. */
function editDistance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > maxDifference) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? 0;
}

/** Words that differ more in length are not near; keeps long input cheap. */
const maxDifference = 12;
