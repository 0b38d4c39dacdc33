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
 * With `unevaluatedProperties` it would make a difference, so such a schema stays as it is.
 */
export function openObjects(schema: JsonSchema): JsonSchema {
  const copy = structuredClone(schema);
  const all = [...subschemasOf(copy, '')].map(({ schema }) => schema);
  if (all.some((part) => 'unevaluatedProperties' in part)) return copy;
  const bare = all.filter(
    (part) => part['type'] === 'object' && decisive.every((keyword) => !(keyword in part)),
  );
  for (const part of bare) Object.assign(part, { additionalProperties: true });
  return copy;
}
