import { sharedIn, withoutShared } from '../../json-schema/shared-definition.ts';
import { subschemasOf } from '../../json-schema/subschemas.ts';
import type { JsonSchema } from '../../model/model.ts';

/** Any of these says what an object's properties may be. */
const decisive = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'maxProperties',
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'const',
  'enum',
] as const;

/**
 * Copies a schema, adding `additionalProperties: true` to each object that declares nothing about its
 * properties. It is the default, but openapi-typescript takes such an object for an empty one.
 *
 * With `unevaluatedProperties` it would make a difference, so such a schema stays as it is. Each shared schema is
 * opened on its own, as it is the same for all its users.
 */
export function openObjects(schema: JsonSchema): JsonSchema {
  const copy = structuredClone(withoutShared(schema)) as JsonSchema;
  open(copy);
  const shared = sharedIn(schema).map(([definition, inner]) => [definition, openShared(inner)] as const);
  if (shared.length === 0 || typeof copy === 'boolean') return copy;
  return { ...copy, $defs: { ...Object(copy['$defs']), ...Object.fromEntries(shared) } };
}

const opened = new WeakMap<object, unknown>();

/** Once for all its users. */
function openShared(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const known = opened.get(schema) ?? structuredClone(schema);
  if (!opened.has(schema)) open(known);
  opened.set(schema, known);
  return known;
}

/** In place. */
function open(schema: unknown): void {
  const all = [...subschemasOf(schema, '')].map(({ schema }) => schema);
  if (all.some((part) => 'unevaluatedProperties' in part)) return;
  const bare = all.filter(
    (part) => part['type'] === 'object' && decisive.every((keyword) => !(keyword in part)),
  );
  for (const part of bare) Object.assign(part, { additionalProperties: true });
}
