/** A set of code points: ranges in ascending order that neither overlap nor touch. */
export type CharSet = readonly (readonly [from: number, to: number])[];

const lastCodePoint = 0x10_ffff;

export const emptySet: CharSet = [];

/** Creates a set from ranges in any order. */
export function charSet(ranges: CharSet): CharSet {
  const sorted = [...ranges].sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** The complement of a set. */
export function complement(set: CharSet): CharSet {
  const others: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) others.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) others.push([next, lastCodePoint]);
  return others;
}

export function areDisjoint(a: CharSet, b: CharSet): boolean {
  let left = 0;
  let right = 0;
  for (;;) {
    const [one, other] = [a[left], b[right]];
    if (!one || !other) return true;
    if (one[1] < other[0]) left += 1;
    else if (other[1] < one[0]) right += 1;
    else return false;
  }
}

/** The meaning of `\d`, `\s`, `\w` and `.` in ECMA-262. */
export const classes = {
  digit: [[0x30, 0x39]],
  word: charSet([
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ]),
  space: charSet([
    [0x09, 0x0d],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ]),
  lineEnd: charSet([
    [0x0a, 0x0a],
    [0x0d, 0x0d],
    [0x2028, 0x2029],
  ]),
} as const satisfies Record<string, CharSet>;

const known = new Map<string, CharSet>();

/** The code points of a Unicode property, such as `L` or `Script=Greek`, according to the engine. */
export function propertySet(name: string): CharSet {
  const set = known.get(name) ?? findProperty(name);
  known.set(name, set);
  return set;
}

/** Every code point once, without surrogates; created on first use. */
let allText: readonly string[] | undefined;

function findProperty(name: string): CharSet {
  const runs = new RegExp(`\\p{${name}}+`, 'gu');
  const one = new RegExp(`^\\p{${name}}$`, 'u');
  const ranges: [number, number][] = [];
  allText ??= [textOf(0, 0xd7ff), textOf(0xe000, lastCodePoint)];
  for (const part of allText) {
    for (const { 0: run } of part.matchAll(runs)) {
      const from = run.codePointAt(0) ?? 0;
      ranges.push([from, from + Array.from(run).length - 1]);
    }
  }
  // Surrogates behave alike, and would form pairs in a text of all of them.
  if (one.test('\ud800')) ranges.push([0xd800, 0xdfff]);
  return charSet(ranges);
}

function textOf(from: number, to: number): string {
  const parts: string[] = [];
  for (let code = from; code <= to; code += 1) parts.push(String.fromCodePoint(code));
  return parts.join('');
}
