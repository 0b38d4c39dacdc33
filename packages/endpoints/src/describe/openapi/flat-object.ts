import { SchemaDocument } from '../../json-schema/document.ts';
import type { SchemaObject } from '../../json-schema/keyword.ts';
import { TextSchemas } from '../../json-schema/text-schemas.ts';
import type { JsonSchema } from '../../model/model.ts';
import { isUnmovable } from '../../json-schema/relocated-schema.ts';
import { subschemasOf } from '../../json-schema/subschemas.ts';

/**
 * A flat schema of all parameters of a schema, or all headers, wherever their schema declares them; undefined if
 * their references would break.
 *
 * It says less than the schema: it omits which of them belong together.
 */
export function flattenObject(schema: JsonSchema): SchemaObject | undefined {
  if (typeof schema === 'boolean' || isUnmovable(schema) || refersElsewhere(schema)) return undefined;
  const schemas = new TextSchemas(new SchemaDocument(schema), schema);
  const always = propertiesOf(schemas.unconditional);
  const sometimes = propertiesOf(schemas.parts);
  const properties = [...sometimes.keys()].map((name) => {
    const all = always.get(name);
    return [name, all ? together(all, 'allOf') : together(sometimes.get(name) ?? [], 'anyOf')];
  });
  const required = schemas.unconditional.flatMap((part) => [part['required'] ?? []].flat());
  const patterns = schemas.parts.map(({ patternProperties }) => patternProperties ?? {});
  const patternProperties: object = Object.assign({}, ...patterns);
  return {
    ...(schema['$defs'] !== undefined && { $defs: schema['$defs'] }),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(Object.keys(patternProperties).length > 0 && { patternProperties }),
    additionalProperties: schema['additionalProperties'] ?? schema['unevaluatedProperties'] ?? true,
  };
}

function propertiesOf(parts: readonly SchemaObject[]): ReadonlyMap<string, readonly JsonSchema[]> {
  const found = new Map<string, JsonSchema[]>();
  for (const { properties = {} } of parts) {
    for (const [name, schema] of Object.entries(properties as Readonly<Record<string, JsonSchema>>)) {
      found.set(name, [...(found.get(name) ?? []), schema]);
    }
  }
  return found;
}

function together(schemas: readonly JsonSchema[], keyword: 'allOf' | 'anyOf'): JsonSchema {
  const [only = true] = schemas;
  return schemas.length === 1 ? only : { [keyword]: schemas };
}

/** Only `$defs` are kept. */
function refersElsewhere(schema: SchemaObject): boolean {
  return [...subschemasOf(schema, '')].some(({ schema: { $ref, $anchor } }) => {
    return $anchor !== undefined || (typeof $ref === 'string' && !$ref.startsWith('#/$defs/'));
  });
}
