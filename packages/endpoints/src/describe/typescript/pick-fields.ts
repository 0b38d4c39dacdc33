import type { JsonSchema } from '../../model/model.ts';

/** Any of these could say more about the fields than `properties` does. */
const others = ['$ref', '$dynamicRef', '$id', 'allOf', 'anyOf', 'oneOf', 'if'] as const;

/** The schema of an object with some fields of a body; those that the body does not declare may be anything. */
export function pickFields(body: JsonSchema, fields: readonly string[]): JsonSchema {
  const isPlain = typeof body === 'object' && others.every((keyword) => !(keyword in body));
  const { $defs, properties, required } = isPlain ? body : {};
  // The properties of a validated schema are schemas, by name.
  const known = (properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  const needed = new Set([required].flat());
  return {
    ...($defs !== undefined && { $defs }),
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, known[field] ?? true])),
    required: fields.filter((field) => needed.has(field)),
    additionalProperties: false,
  };
}
