import { canonical } from '../../json-schema/canonical.ts';
import type { JsonObject } from '../../model/json.ts';
import { commonTypes, writeTypes } from './value-types.ts';

/** Keywords of which the greater, or the smaller, value holds. */
const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/** Keywords about properties or items that no other keyword of the same schema object describes. */
const remainders = ['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'items'];

/**
 * One schema object that accepts what both accept.
 *
 * What cannot be expressed by single keywords stays in `allOf`.
 */
export function mergeSchemas(a: JsonObject, b: JsonObject): JsonObject {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const isSeparable = !remainders.some((name) => name in a !== name in b || !isSame(a[name], b[name]));
  if (!isSeparable && !(isWithoutShape(a) || isWithoutShape(b))) return keepApart(a, b);
  const merged: Record<string, unknown> = {};
  for (const name of names) {
    const value = mergeKeyword(name, a, b);
    if (value === undefined) return keepApart(a, b);
    merged[name] = value;
  }
  return merged;
}

function keepApart(a: JsonObject, b: JsonObject): JsonObject {
  const { allOf = [] } = a;
  return { ...a, allOf: [...(allOf as readonly unknown[]), b] };
}

/** Whether the keywords in {@link remainders} mean the same beside this schema as alone. */
function isWithoutShape(schema: JsonObject): boolean {
  const shaping = [...remainders, 'properties', 'patternProperties', 'prefixItems'];
  return !shaping.some((name) => name in schema);
}

function mergeKeyword(name: string, a: JsonObject, b: JsonObject): unknown {
  const [left, right] = [a[name], b[name]];
  if (left === undefined || right === undefined || isSame(left, right)) return left ?? right;
  if (name === 'type') return writeTypes(commonTypes(a, b));
  if (name === 'required') return [...new Set([...list(left), ...list(right)])];
  if (name === 'enum') return list(left).filter((value) => list(right).some((other) => isSame(value, other)));
  if (name === 'properties') return mergeProperties(left as JsonObject, right as JsonObject);
  if (lowerBounds.includes(name)) return Math.max(Number(left), Number(right));
  if (upperBounds.includes(name)) return Math.min(Number(left), Number(right));
  return undefined;
}

function mergeProperties(a: JsonObject, b: JsonObject): JsonObject {
  const both = Object.keys(a).filter((name) => name in b && !isSame(a[name], b[name]));
  return { ...a, ...b, ...Object.fromEntries(both.map((name) => [name, { allOf: [a[name], b[name]] }])) };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}
