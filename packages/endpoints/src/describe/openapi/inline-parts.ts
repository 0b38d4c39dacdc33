import type { JsonObject } from '../../model/json.ts';

/** A reference into a component, such as `#/components/schemas/Order/properties/id`. */
const intoComponent = /^#\/components\/schemas\/[^/]+\//;

/** Keywords whose values are data, not schemas. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples']);

/** Keywords whose members are schemas under names of the file's choice. */
const namingKeywords: ReadonlySet<string> = new Set([
  '$defs',
  'dependentSchemas',
  'patternProperties',
  'properties',
  'schemas',
]);

/**
 * Replaces references to parts of components by these parts: generators of clients, such as orval, follow references to
 * whole components only. A part that contains itself stays a reference.
 */
export function inlineParts(document: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, inline(value, { document, within: new Set() })]),
  );
}

interface InlinePlace {
  readonly document: JsonObject;
  /** The references that are being replaced. */
  readonly within: ReadonlySet<string>;
}

function inline(value: unknown, place: InlinePlace): unknown {
  if (Array.isArray(value)) return value.map((item) => inline(item, place));
  if (!isObject(value)) return value;
  const { $ref, ...rest } = value;
  if (typeof $ref === 'string' && intoComponent.test($ref) && !place.within.has($ref)) {
    const part = partAt(place.document, $ref);
    if (part !== undefined) return joined(part, rest, { ...place, within: new Set([...place.within, $ref]) });
  }
  return inlineMembers(value, place);
}

function inlineMembers(schema: JsonObject, place: InlinePlace): JsonObject {
  const members = Object.entries(schema).map(([key, value]) => {
    if (dataKeywords.has(key)) return [key, value];
    if (!namingKeywords.has(key) || !isObject(value)) return [key, inline(value, place)];
    const named = Object.entries(value).map(([name, inner]) => [name, inline(inner, place)]);
    return [key, Object.fromEntries(named)];
  });
  return Object.fromEntries(members) as JsonObject;
}

/** A part with the keywords beside its reference. */
function joined(part: unknown, beside: JsonObject, place: InlinePlace): unknown {
  const inlined = inline(part, place);
  if (Object.keys(beside).length === 0) return inlined;
  return { allOf: [inlined], ...inlineMembers(beside, place) };
}

/** The value at a JSON pointer; `undefined` if there is none. */
function partAt(document: JsonObject, reference: string): unknown {
  let at: unknown = document;
  for (const token of decodeURIComponent(reference).split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
