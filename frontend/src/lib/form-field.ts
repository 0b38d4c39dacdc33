import type { JsonNode } from './json-tree.ts';

/** A JSON Schema 2020-12, as the OpenAPI document holds it. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean;

/** How a value is put in; `json` is for whatever no simpler control covers. */
export type FieldKind = 'string' | 'number' | 'integer' | 'boolean' | 'choice' | 'array' | 'object' | 'json';

/** What a form needs to know about one value, read off its schema. */
export interface FormField {
  readonly kind: FieldKind;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** The default and the bounds, in words: `at least 1`, `default 20`. */
  readonly hints: readonly string[];
  /** Of a choice: what may be chosen, as JSON. */
  readonly options: readonly string[];
  /** Of an object: its declared members, the required ones marked. */
  readonly properties: readonly FormProperty[];
  /** Of an object: what other members must be; `false` when there may be none. */
  readonly others: JsonSchema;
  /** Of an array: what each item must be. */
  readonly items: JsonSchema;
}

export interface FormProperty {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Finds what a `$ref` names. */
export type ResolveRef = (ref: string) => JsonSchema | undefined;

/** Reads a schema as a field; what lies inside an object or an array is read when it is shown. */
export function toFormField(schema: JsonSchema, resolve: ResolveRef): FormField {
  const merged = mergeSchema(schema, resolve);
  const options = optionsOf(merged);
  return {
    kind: options.length > 0 ? 'choice' : kindOf(merged),
    title: textOf(merged['title']),
    description: textOf(merged['description']),
    hints: hintsOf(merged),
    options,
    properties: propertiesOf(merged),
    others: schemaOf(merged['additionalProperties'] ?? merged['unevaluatedProperties']),
    items: schemaOf(merged['items']),
  };
}

type Keywords = Readonly<Record<string, unknown>>;

/** Deep enough for any file; ends a `$ref` that leads to itself. */
const maxHops = 20;

/** Puts together what a schema, its `$ref` and its `allOf` say about the same value. */
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

function kindOf(schema: Keywords): FieldKind {
  const types = [schema['type']].flat().filter((type) => type !== 'null');
  const [type] = types;
  if (types.length > 1) return 'json';
  switch (type) {
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'array':
    case 'object':
      return type;
    default:
      return isKeywords(schema['properties']) ? 'object' : 'json';
  }
}

function optionsOf(schema: Keywords): string[] {
  if ('const' in schema) return [JSON.stringify(schema['const'])];
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value));
  const variants = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(variants)) return [];
  const constants = variants.filter((variant) => isKeywords(variant) && 'const' in variant);
  return constants.length === variants.length
    ? constants.map((variant) => JSON.stringify(variant.const))
    : [];
}

function propertiesOf(schema: Keywords): FormProperty[] {
  if (!isKeywords(schema['properties'])) return [];
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return Object.entries(schema['properties']).map(([name, property]) => ({
    name,
    schema: schemaOf(property),
    required: required.has(name),
  }));
}

const bounds = [
  ['minimum', 'at least $'],
  ['exclusiveMinimum', 'more than $'],
  ['maximum', 'at most $'],
  ['exclusiveMaximum', 'less than $'],
  ['multipleOf', 'a multiple of $'],
  ['minLength', '$ or more characters'],
  ['maxLength', 'at most $ characters'],
  ['minItems', '$ or more items'],
  ['maxItems', 'at most $ items'],
  ['format', 'format $'],
  ['pattern', 'matches $'],
] as const;

function hintsOf(schema: Keywords): string[] {
  const hints = bounds
    .filter(([keyword]) => ['number', 'string'].includes(typeof schema[keyword]))
    .map(([keyword, words]) => words.replace('$', () => String(schema[keyword])));
  return 'default' in schema ? [`default ${JSON.stringify(schema['default'])}`, ...hints] : hints;
}

function schemaOf(value: unknown): JsonSchema {
  return isKeywords(value) || typeof value === 'boolean' ? value : true;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isKeywords(value: unknown): value is Keywords {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value can be shown by a field of this kind; any other value is shown as JSON. */
export function fits(kind: FieldKind, node: JsonNode | undefined): boolean {
  if (node === undefined || kind === 'json') return true;
  switch (kind) {
    case 'choice':
      return true;
    case 'number':
    case 'integer':
      // A number that is not one yet, such as “1.”, is held as the string that was typed.
      return node.kind === 'number' || node.kind === 'string';
    default:
      return node.kind === kind;
  }
}
