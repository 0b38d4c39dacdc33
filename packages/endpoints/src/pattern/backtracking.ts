import { areDisjoint, type CharSet, charSet, emptySet } from './char-set.ts';
import type { PatternTree } from './pattern-tree.ts';

/**
 * The maximum number of characters that a pattern without `^` may match: it is tried at every place of a
 * text.
 */
const maxFloatingLength = 64;

/** How often the part after a choice may be retried. */
const maxWays = 64;

/**
 * Whether a backtracking engine provably matches a pattern in linear time.
 *
 * At nearly all choices the next character must decide, so that all other alternatives fail at once. A
 * pattern that may start anywhere must also be short.
 */
export function isLinearAnyway(tree: PatternTree): boolean {
  return ways(tree, emptySet) <= maxWays && (startsAtStart(tree) || longest(tree) <= maxFloatingLength);
}

/** The maximum number of ways in which a tree matches the same text, given what can follow it. */
function ways(tree: PatternTree, after: CharSet): number {
  switch (tree.kind) {
    case 'sequence':
      return tree.parts.reduce(
        (product, part, index) => product * ways(part, firstOf(tree.parts.slice(index + 1), after)),
        1,
      );
    case 'choice': {
      const each = tree.options.map((option) => ways(option, after));
      return isChoiceDecided(tree.options, after)
        ? Math.max(...each)
        : each.reduce((sum, count) => sum + count, 0);
    }
    case 'repeat':
      return waysToRepeat(tree, after);
    default:
      return 1;
  }
}

function waysToRepeat({ part, min, max }: PatternTree & { kind: 'repeat' }, after: CharSet): number {
  if (max === 0) return 1;
  const isDecided = areDisjoint(first(part), after);
  if (max === 1) return ways(part, after) + (min === 1 || isDecided ? 0 : 1);
  if (isNullable(part)) return Number.POSITIVE_INFINITY;
  const each = ways(part, charSet([...first(part), ...after]));
  if (min === max) return each ** max;
  return each === 1 && isDecided ? 1 : Number.POSITIVE_INFINITY;
}

/** Whether the next character decides between the options. */
function isChoiceDecided(options: readonly PatternTree[], after: CharSet): boolean {
  const begins = options.map((option) =>
    isNullable(option) ? charSet([...first(option), ...after]) : first(option),
  );
  const areApart = begins.every((begin, index) =>
    begins.slice(index + 1).every((other) => areDisjoint(begin, other)),
  );
  return areApart && options.filter(isNullable).length <= 1;
}

/** The possible first characters of a tree's matches. */
function first(tree: PatternTree): CharSet {
  switch (tree.kind) {
    case 'set':
      return tree.set;
    case 'sequence':
      return firstOf(tree.parts, emptySet);
    case 'choice':
      return charSet(tree.options.flatMap(first));
    case 'repeat':
      return tree.max === 0 ? emptySet : first(tree.part);
    default:
      return emptySet;
  }
}

function firstOf(parts: readonly PatternTree[], after: CharSet): CharSet {
  const ranges: (readonly [number, number])[] = [];
  for (const part of parts) {
    ranges.push(...first(part));
    if (!isNullable(part)) return charSet(ranges);
  }
  return charSet([...ranges, ...after]);
}

function isNullable(tree: PatternTree): boolean {
  switch (tree.kind) {
    case 'set':
      return false;
    case 'sequence':
      return tree.parts.every(isNullable);
    case 'choice':
      return tree.options.some(isNullable);
    case 'repeat':
      return tree.min === 0 || isNullable(tree.part);
    default:
      return true;
  }
}

function startsAtStart(tree: PatternTree): boolean {
  switch (tree.kind) {
    case 'sequence': {
      const [head] = tree.parts;
      return head !== undefined && startsAtStart(head);
    }
    case 'choice':
      return tree.options.every(startsAtStart);
    case 'repeat':
      return tree.min > 0 && startsAtStart(tree.part);
    default:
      return tree.kind === 'assertion' && tree.what === 'start';
  }
}

/** The maximum number of characters that a tree matches. */
function longest(tree: PatternTree): number {
  switch (tree.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return tree.parts.reduce((sum, part) => sum + longest(part), 0);
    case 'choice':
      return Math.max(0, ...tree.options.map(longest));
    case 'repeat':
      return tree.max === 0 ? 0 : longest(tree.part) * tree.max;
    default:
      return 0;
  }
}
