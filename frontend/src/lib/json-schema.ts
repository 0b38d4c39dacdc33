/** A JSON Schema 2020-12, as the OpenAPI document holds it. */
export type JsonSchema = Keywords | boolean;

/** Resolves a `$ref`. */
export type ResolveRef = (ref: string) => JsonSchema | undefined;

/** A schema as an object, with its keywords. */
export type Keywords = Readonly<Record<string, unknown>>;

/** Deep enough for any file; ends a `$ref` that refers to itself. */
const maxHops = 20;

/** Merges the keywords of a schema, its `$ref` and its `allOf`. */
export function mergeSchema(schema: JsonSchema | undefined, resolve: ResolveRef, hops = 0): Keywords {
  if (!isKeywords(schema) || hops > maxHops) return {};
  const { $ref, allOf, ...own } = schema;
  const parts: JsonSchema[] = Array.isArray(allOf) ? [...allOf] : [];
  const target = typeof $ref === 'string' ? resolve($ref) : undefined;
  if (target !== undefined) parts.unshift(target);
  return parts.map((part) => mergeSchema(part, resolve, hops + 1)).reduceRight(mergeKeywords, own);
}

function mergeKeywords(over: Keywords, under: Keywords): Keywords {
  const merged: Record<string, unknown> = { ...under, ...over };
  if (isKeywords(under['properties']) && isKeywords(over['properties'])) {
    merged['properties'] = { ...under['properties'], ...over['properties'] };
  }
  const required = [under['required'], over['required']].filter((names) => Array.isArray(names)).flat();
  if (required.length > 0) merged['required'] = [...new Set(required)];
  return merged;
}

export function isKeywords(value: unknown): value is Keywords {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
