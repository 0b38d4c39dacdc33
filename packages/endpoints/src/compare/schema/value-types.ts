import type { JsonObject } from '../../model/json.ts';

/** JSON Schema's types, with its `number` divided into `integer` and `fraction`. */
export type ValueType = 'object' | 'array' | 'string' | 'integer' | 'fraction' | 'boolean' | 'null';

const all: readonly ValueType[] = ['object', 'array', 'string', 'integer', 'fraction', 'boolean', 'null'];

/** The types of the values that a schema may accept, judged by its `type` and `enum`. */
export function typesOf({ type, enum: values }: JsonObject): ReadonlySet<ValueType> {
  const named = type === undefined ? all : [type].flat().flatMap(readType);
  if (!Array.isArray(values)) return new Set(named);
  const listed = new Set(values.map(typeOf));
  return new Set(named.filter((name) => listed.has(name)));
}

/** Types as JSON Schema writes them. */
export function writeTypes(types: ReadonlySet<ValueType>): string | readonly string[] {
  const hasFractions = types.has('fraction');
  const names = [...types]
    .filter((name) => name !== 'integer' || !hasFractions)
    .map((name) => (name === 'fraction' ? 'number' : name));
  return names.length === 1 ? String(names[0]) : names;
}

/** Types for a sentence: `string or null`. */
export function describeTypes(types: ReadonlySet<ValueType>): string {
  if (types.size === all.length) return 'any type';
  return [writeTypes(types)].flat().join(' or ') || 'no type';
}

/** The listed values that also have one of the types; undefined if none are listed. */
export function valuesOf({ type, enum: values }: JsonObject): readonly unknown[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const types = typesOf({ type });
  return values.filter((value) => types.has(typeOf(value)));
}

export function commonTypes(a: JsonObject, b: JsonObject): ReadonlySet<ValueType> {
  const others = typesOf(b);
  return new Set([...typesOf(a)].filter((type) => others.has(type)));
}

export function includesAll(types: ReadonlySet<ValueType>, others: ReadonlySet<ValueType>): boolean {
  return [...others].every((type) => types.has(type));
}

function readType(name: unknown): readonly ValueType[] {
  if (name === 'number') return ['integer', 'fraction'];
  return all.filter((type) => type === name);
}

function typeOf(value: unknown): ValueType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  return all.find((type) => type === typeof value) ?? 'object';
}
