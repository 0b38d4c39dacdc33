import { toFormField } from './form-field.ts';
import { isKeywords, type JsonSchema, mergeSchema, type ResolveRef } from './json-schema.ts';
import { isNothing } from './schema-variants.ts';

/** One value that a schema describes, as a line of an outline. */
export interface SchemaRow {
  /** Unique among the rows. */
  readonly key: string;
  /** How deep the value lies: 0 for the whole. */
  readonly depth: number;
  /** The member's name, `[ ]` for items, `or` for a variant; empty for the whole. */
  readonly name: string;
  readonly isRequired: boolean;
  /** `string`, `array of object`, `"a" or "b"`. */
  readonly type: string;
  /** The default and the bounds, in words. */
  readonly hints: readonly string[];
  /** Markdown. */
  readonly description: string | undefined;
}

/** Deeper values are left out; so are those of a schema within itself. */
const maxDepth = 6;

type Step = Pick<SchemaRow, 'depth' | 'name' | 'isRequired'> & {
  readonly schema: JsonSchema;
  readonly pointer: string;
  /** The references that led here. */
  readonly via: readonly string[];
};

/** Outlines a schema: the value itself, its members, its items and its variants, outer before inner. */
export function schemaRows(schema: JsonSchema, resolve: ResolveRef): readonly SchemaRow[] {
  return rowsOf({ schema, pointer: '', depth: 0, name: '', isRequired: true, via: [] }, resolve);
}

function rowsOf(step: Step, resolve: ResolveRef): readonly SchemaRow[] {
  const { schema, pointer, depth, name, isRequired, via } = step;
  const field = toFormField(schema, resolve);
  const row = { key: pointer, depth, name, isRequired, hints: field.hints, description: field.description };
  const ref = isKeywords(schema) && typeof schema['$ref'] === 'string' ? schema['$ref'] : undefined;
  const isRepeated = ref !== undefined && via.includes(ref);
  const type = isRepeated ? `${typeOf(schema, resolve)}, as above` : typeOf(schema, resolve);
  if (isRepeated || depth >= maxDepth) return [{ ...row, type }];
  const inner = innerOf(step, resolve);
  const next = { depth: depth + 1, via: ref === undefined ? via : [...via, ref] };
  return [{ ...row, type }, ...inner.flatMap((part) => rowsOf({ ...next, ...part }, resolve))];
}

type Part = Pick<Step, 'name' | 'isRequired' | 'schema' | 'pointer'>;

function innerOf({ schema, pointer }: Step, resolve: ResolveRef): readonly Part[] {
  const { kind, properties, variants, items } = toFormField(schema, resolve);
  switch (kind) {
    case 'object':
      return properties.map((property) => ({
        name: property.name,
        isRequired: property.required,
        schema: property.schema,
        pointer: `${pointer}/${property.name}`,
      }));
    case 'array':
      return isOpaque(items, resolve)
        ? []
        : [{ name: '[ ]', isRequired: false, schema: items, pointer: `${pointer}/-` }];
    case 'variant':
      return variants
        .filter((variant) => !isNothing(variant.schema, resolve))
        .map((variant, index) => ({
          name: index === 0 ? 'either' : 'or',
          isRequired: false,
          schema: variant.schema,
          pointer: `${pointer}?${index}`,
        }));
    default:
      return [];
  }
}

/** Whether the type of items says all about them. */
function isOpaque(schema: JsonSchema, resolve: ResolveRef): boolean {
  const { kind, properties, hints, description } = toFormField(schema, resolve);
  if (kind === 'object') return properties.length === 0;
  return !['array', 'variant'].includes(kind) && hints.length === 0 && description === undefined;
}

function typeOf(schema: JsonSchema, resolve: ResolveRef): string {
  if (schema === false) return 'nothing';
  const { kind, options, items } = toFormField(schema, resolve);
  const { type, maxProperties } = mergeSchema(schema, resolve);
  if (maxProperties === 0) return 'empty object';
  switch (kind) {
    case 'choice':
      return options.join(' or ');
    case 'variant':
      return 'one of';
    case 'array':
      return `array of ${typeOf(items, resolve)}`;
    case 'json':
      return typeNames(type) ?? 'any value';
    default:
      return typeNames(type) ?? kind;
  }
}

/** The types that a schema names, in words. */
function typeNames(type: unknown): string | undefined {
  const names = [type].flat().filter((name) => typeof name === 'string');
  return names.length === 0 ? undefined : names.join(' or ');
}
