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
  const copy = structuredClone(schema);
  for (const whole of [copy, ...sharedIn(copy)]) open(whole);
  return copy;
}

/** In place. */
function open(whole: unknown): void {
  const all = [...subschemasOf(withoutShared(whole), '')].map(({ schema, pointer }) =>
    // Without shared schemas it may be a copy.
    pointer === '' ? Object(whole) : schema,
  );
  if (all.some((part) => 'unevaluatedProperties' in part)) return;
  const bare = all.filter(
    (part) => part['type'] === 'object' && decisive.every((keyword) => !(keyword in part)),
  );
  for (const part of bare) Object.assign(part, { additionalProperties: true });
}
