import { extendPointer } from '../yaml/pointer.ts';

/** Keywords of JSON Schema 2020-12, by the kind of their value. */
const schemaKeywords = [
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const schemaListKeywords = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const schemaMapKeywords = ['$defs', 'dependentSchemas', 'patternProperties', 'properties'];
const severalKeywords = [...schemaListKeywords, ...schemaMapKeywords];
const otherKeywords = `
  $anchor $comment $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary
  const contentEncoding contentMediaType default dependentRequired deprecated description enum examples
  exclusiveMaximum exclusiveMinimum format maxContains maxItems maxLength maxProperties maximum
  minContains minItems minLength minProperties minimum multipleOf pattern readOnly required title type
  uniqueItems writeOnly
`;

/** Every keyword of JSON Schema 2020-12. */
export const keywords: ReadonlySet<string> = new Set([
  ...schemaKeywords,
  ...schemaListKeywords,
  ...schemaMapKeywords,
  ...otherKeywords.trim().split(/\s+/),
]);

/** A subschema and its place. */
export interface Subschema {
  readonly pointer: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Walks a JSON Schema and all subschemas, outer before inner; skips everything else. */
export function* subschemasOf(schema: unknown, pointer: string): Generator<Subschema> {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  // An object that is not an array has names as keys.
  const object = schema as Subschema['schema'];
  yield { pointer, schema: object };
  for (const keyword of schemaKeywords) {
    if (Object.hasOwn(object, keyword)) yield* subschemasOf(object[keyword], extendPointer(pointer, keyword));
  }
  for (const keyword of severalKeywords) {
    if (!Object.hasOwn(object, keyword)) continue;
    for (const [name, inner] of Object.entries(object[keyword] ?? {})) {
      yield* subschemasOf(inner, extendPointer(pointer, keyword, name));
    }
  }
}
