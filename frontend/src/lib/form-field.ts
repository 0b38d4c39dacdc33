import { isKeywords, type JsonSchema, type Keywords, mergeSchema, type ResolveRef } from './json-schema.ts';
import type { JsonNode } from './json-tree.ts';
import { type Variant, variantsOf } from './schema-variants.ts';

/** The kind of control for a value; `json` covers everything without a simpler control. */
export type FieldKind =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'variant'
  | 'array'
  | 'object'
  | 'json';

/** A form field for one value, derived from its schema. */
export interface FormField {
  readonly kind: FieldKind;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** The default and the bounds, in words: `at least 1`, `default 20`. */
  readonly hints: readonly string[];
  /** For a choice: the options, as JSON. */
  readonly options: readonly string[];
  /** For a value with several variants: these. */
  readonly variants: readonly Variant[];
  /** For an object: its declared members, the required ones marked. */
  readonly properties: readonly FormProperty[];
  /** For an object: the schema of other members; `false` if there may be none. */
  readonly others: JsonSchema;
  /** For an array: the schema of its items. */
  readonly items: JsonSchema;
}

export interface FormProperty {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Reads a schema as a field; members and items are read when they are shown. */
export function toFormField(schema: JsonSchema, resolve: ResolveRef): FormField {
  const merged = mergeSchema(schema, resolve);
  const options = optionsOf(merged);
  const variants = options.length > 0 ? [] : variantsOf(merged, resolve);
  return {
    kind: options.length > 0 ? 'choice' : kindOf(merged, variants),
    variants,
    title: textOf(merged['title']),
    description: textOf(merged['description']),
    hints: hintsOf(merged),
    options,
    properties: propertiesOf(merged),
    others: schemaOf(merged['additionalProperties'] ?? merged['unevaluatedProperties']),
    items: schemaOf(merged['items']),
  };
}

function kindOf(schema: Keywords, variants: readonly Variant[]): FieldKind {
  if (variants.length > 0) return 'variant';
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

const notes = [
  ['deprecated', 'deprecated'],
  ['readOnly', 'read-only: the server sets it'],
  ['writeOnly', 'write-only: it is never sent back'],
] as const;

function hintsOf(schema: Keywords): string[] {
  const hints = bounds
    .filter(([keyword]) => ['number', 'string'].includes(typeof schema[keyword]))
    .map(([keyword, words]) => words.replace('$', () => String(schema[keyword])));
  const all = 'default' in schema ? [`default ${JSON.stringify(schema['default'])}`, ...hints] : hints;
  return [...notes.flatMap(([keyword, words]) => (schema[keyword] === true ? [words] : [])), ...all];
}

function schemaOf(value: unknown): JsonSchema {
  return isKeywords(value) || typeof value === 'boolean' ? value : true;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether a field of this kind can show a value; other values are shown as JSON. */
export function fits(kind: FieldKind, node: JsonNode | undefined): boolean {
  if (node === undefined || kind === 'json') return true;
  switch (kind) {
    case 'choice':
    case 'variant':
      return true;
    case 'number':
    case 'integer':
      // An incomplete number, such as “1.”, is kept as the string that was typed.
      return node.kind === 'number' || node.kind === 'string';
    default:
      return node.kind === kind;
  }
}
