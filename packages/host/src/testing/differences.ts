import { isDeepStrictEqual } from 'node:util';
import { isObject, type Marker, parseMarker } from './markers.ts';

/** Where a value is not as expected. */
export interface Difference {
  /** The names that lead to the place in the expectation. */
  readonly path: readonly (string | number)[];
  /** Follows the name of the place: `is 1, not 2`. */
  readonly message: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** Longer values are cut in messages. */
const maxShown = 120;

/** Compares a value with what is expected of it: exactly, except where the expectation has a marker. */
export function differencesOf(expected: unknown, actual: unknown): readonly Difference[] {
  return compare(expected, actual, []);
}

/** Compares named values with those expected of them; further ones are not compared. */
export function missingFrom(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
): readonly Difference[] {
  return compareMembers(expected, actual, []);
}

type Path = Difference['path'];

function compare(expected: unknown, actual: unknown, path: Path): readonly Difference[] {
  // A file of cases has no bytes.
  if (Buffer.isBuffer(actual)) return compare(expected, actual.toString('base64'), path);
  const marker = parseMarker(expected);
  if (marker) return compareMarker(marker, actual, path);
  if (Array.isArray(expected) && Array.isArray(actual)) return compareLists(expected, actual, path);
  if (isObject(expected) && isObject(actual)) {
    return [...compareMembers(expected, actual, path), ...unexpectedMembers(expected, actual, path)];
  }
  if (isDeepStrictEqual(expected, actual)) return [];
  return [{ path, message: `is ${show(actual)}, not ${show(expected)}`, expected, actual }];
}

function compareMarker(marker: Marker, actual: unknown, path: Path): readonly Difference[] {
  if (marker.kind === 'any') return [];
  if (marker.kind === 'has') {
    if (isObject(actual)) return compareMembers(marker.members, actual, [...path, '$has']);
    return [{ path, message: `is ${show(actual)}, not an object`, actual }];
  }
  if (marker.kind === 'type') {
    if (isOfType(actual, marker.type)) return [];
    return [{ path, message: `is ${show(actual)}, not of the type ${marker.type}`, actual }];
  }
  if (typeof actual === 'string' && marker.pattern.test(actual)) return [];
  return [{ path, message: `is ${show(actual)}, which does not match ${marker.pattern.source}`, actual }];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function compareLists(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: Path,
): readonly Difference[] {
  const both = expected.slice(0, actual.length);
  const differences = both.flatMap((item, index) => compare(item, actual[index], [...path, index]));
  if (expected.length === actual.length) return differences;
  const further =
    actual.length > expected.length
      ? `the first one too many is ${show(actual[expected.length])}`
      : `the first one missing is ${show(expected[actual.length])}`;
  const message = `has ${countItems(actual)}, not ${expected.length}; ${further}`;
  return [...differences, { path, message, expected, actual }];
}

function compareMembers(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  path: Path,
): readonly Difference[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    if (Object.hasOwn(actual, name)) return compare(value, actual[name], [...path, name]);
    return [{ path: [...path, name], message: `is missing, not ${show(value)}`, expected: value }];
  });
}

function unexpectedMembers(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  path: Path,
): readonly Difference[] {
  return Object.entries(actual)
    .filter(([name]) => !Object.hasOwn(expected, name))
    .map(([name, value]) => ({
      path,
      message: `has an unexpected \`${name}\`: ${show(value)}`,
      actual: value,
    }));
}

/** `1 item`, `2 items` */
export function countItems({ length }: readonly unknown[]): string {
  return `${length} item${length === 1 ? '' : 's'}`;
}

/** A value as JSON, cut if it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
