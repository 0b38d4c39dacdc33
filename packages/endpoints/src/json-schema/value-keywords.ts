import { canonical } from './canonical.ts';
import { isNumeric } from '../numbers/exact-number.ts';
import { isMap, type Keywords, type Keyword } from './keyword.ts';
import { isInteger } from './number-keywords.ts';
import type { Run } from './run.ts';

const typeTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  integer: isInteger,
  null: (value) => value === null,
  number: isNumeric,
  object: isMap,
  string: (value) => typeof value === 'string',
};

/** Whether a value is of a JSON Schema type. */
export function isOfType(value: unknown, type: string): boolean {
  return typeTests[type]?.(value) ?? false;
}

/** Assertions about a value of any type. */
export const valueKeywords: Keywords = {
  type(value) {
    const names = [value].flat().map(String);
    const tests = names.map((name) => typeTests[name] ?? (() => false));
    const detail = `must be ${names.join(',')}`;
    const [only] = tests;
    if (only && tests.length === 1) return (at, run) => only(at.value) || run.fail(at, detail);
    return (at, run) => tests.some((test) => test(at.value)) || run.fail(at, detail);
  },
  enum: oneOfValues((values) => `must be one of ${JSON.stringify(values)}`),
  const: (value, context) => oneOfValues(() => `must be ${JSON.stringify(value)}`)([value], context),
};

/** Compares strings directly, and other values by their canonical text. */
function oneOfValues(describe: (values: readonly unknown[]) => string): Keyword {
  return (value) => {
    // The meta-schema requires an array.
    const values = value as readonly unknown[];
    const texts = new Set(values.filter((value) => typeof value === 'string'));
    const others = new Set(values.filter((value) => typeof value !== 'string').map(canonical));
    const detail = describe(values);
    const isAllowed = (data: unknown, run: Run): boolean =>
      typeof data === 'string' ? texts.has(data) : others.size > 0 && others.has(run.canonical(data));
    return (at, run) => isAllowed(at.value, run) || run.fail(at, detail);
  };
}
