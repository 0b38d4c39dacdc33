import type { CharSet } from './char-set.ts';
import { type PatternTree, UnsupportedPattern } from './pattern-tree.ts';

/** RE2's limit for repetitions. */
const maxCount = 1000;

const assertions = { start: '\\A', end: '\\z', word: '\\b', 'not word': '\\B' } as const;

/** Writes a pattern in RE2 syntax, where character classes have other names. */
export function re2Source(tree: PatternTree): string {
  switch (tree.kind) {
    case 'set':
      return classOf(tree.set);
    case 'sequence':
      return tree.parts.map(re2Source).join('');
    case 'choice':
      return `(?:${tree.options.map(re2Source).join('|')})`;
    case 'assertion':
      return assertions[tree.what];
    default:
      return `(?:${re2Source(tree.part)})${countOf(tree.min, tree.max)}`;
  }
}

function countOf(min: number, max: number): string {
  const isEndless = max === Number.POSITIVE_INFINITY;
  if (isEndless && min <= 1) return min === 0 ? '*' : '+';
  const most = isEndless ? min : max;
  if (most > maxCount)
    throw new UnsupportedPattern(`it repeats up to ${most} times; at most ${maxCount} are possible`);
  return `{${min},${isEndless ? '' : max}}`;
}

function classOf(set: CharSet): string {
  if (set.length === 0) return '[^\\x{0}-\\x{10FFFF}]';
  return `[${set.map(([from, to]) => `\\x{${from.toString(16)}}-\\x{${to.toString(16)}}`).join('')}]`;
}
