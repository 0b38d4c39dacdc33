import { resolveIn, SchemaParts } from '../../model/schema-parts.ts';
import { ownPropertiesOf } from '../../model/schema-properties.ts';
import type { JsonSchema } from '../../model/model.ts';

/** Any of these could say more about the fields than `properties` does. */
const others = ['$dynamicRef', '$id', 'anyOf', 'oneOf', 'if'] as const;

/** The schema of an object with some fields of a body; those that the body does not declare may be anything. */
export function pickFields(body: JsonSchema, fields: readonly string[]): JsonSchema {
  const parts = new SchemaParts(resolveIn(body)).always([body]);
  const isPlain = parts.every((part) => others.every((keyword) => !(keyword in part)));
  const known = isPlain ? parts : [];
  const needed = new Set(known.flatMap((part) => [part['required'] ?? []].flat()));
  return {
    ...(isPlain && typeof body === 'object' && '$defs' in body && { $defs: body['$defs'] }),
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, fieldOf(field, known)])),
    required: fields.filter((field) => needed.has(field)),
    additionalProperties: false,
  };
}

function fieldOf(field: string, parts: readonly Readonly<Record<string, unknown>>[]): unknown {
  const schemas = parts.flatMap((part) => ownPropertiesOf(part).get(field) ?? []);
  return schemas.length > 1 ? { allOf: schemas } : (schemas[0] ?? true);
}
