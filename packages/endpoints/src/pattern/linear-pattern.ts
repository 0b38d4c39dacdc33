import { RE2JS } from 're2js';
import { isLinearAnyway } from './backtracking.ts';
import { parsePattern, type PatternTree, UnsupportedPattern } from './pattern-tree.ts';
import { re2Source } from './re2-source.ts';

/** Returns in linear time whether a pattern matches somewhere in a text. */
export interface LinearPattern {
  test(text: string): boolean;
}

/** RE2's time also grows with the pattern's size after expanding its repetitions. */
const maxProgramSize = 500;

/**
 * Compiles an ECMA-262 pattern: natively if that provably takes linear time, else for RE2.
 *
 * @throws SyntaxError if it is not a pattern; UnsupportedPattern if neither can match it in linear time.
 */
export function compilePattern(source: string): LinearPattern {
  const tree = parsePattern(source);
  if (!isLinearAnyway(tree)) return compileRe2(tree);
  const native = new RegExp(source, 'u');
  return { test: (text) => testNatively(native, text, tree) };
}

/** Whether a backtracking engine might take far longer for a pattern, so that RE2 is used. */
export function mayBacktrack(source: string): boolean {
  return !isLinearAnyway(parsePattern(source));
}

/** Describes why a pattern cannot be used; undefined if it can. */
export function patternFault(source: string): string | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnsupportedPattern)) return `is not a regular expression: ${reasonOf(error)}`;
    return `cannot be matched in linear time, since ${error.message}`;
  }
}

/** The parser's reason alone: its message also repeats the pattern. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replace(/^.*\/[a-z]*: /s, '');
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** Natively, long texts may take more stack than there is. */
function testNatively(native: RegExp, text: string, tree: PatternTree): boolean {
  try {
    return native.test(text);
  } catch (error) {
    if (error instanceof RangeError) return compileRe2(tree).test(text);
    throw error;
  }
}

function compileRe2(tree: PatternTree): LinearPattern {
  const re2 = compileSource(re2Source(tree));
  const size = re2.programSize();
  if (size > maxProgramSize) {
    throw new UnsupportedPattern(
      `it has ${size} steps once its repetitions are written out; at most ${maxProgramSize} are possible`,
    );
  }
  return re2;
}

/** RE2 supports everything in the translated pattern, except nested repetitions beyond its limit. */
function compileSource(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (cause) {
    throw new UnsupportedPattern('it repeats too often once its repetitions are written out', { cause });
  }
}
