import { type JsonSchema, mergeSchema, type ResolveRef } from './json-schema.ts';
import { sampleNumber, sampleText } from './sample-value.ts';
import { isNothing, variantsOf } from './schema-variants.ts';

const maxDepth = 8;
/** Beyond this depth, nullable values are null. */
const optionalDepth = maxDepth - 3;
const mostItems = 10;

/**
 * The initial value of a form: the schema's example or default, else the smallest valid value.
 *
 * Strings with a format, numbers and arrays are valid; strings without a format are empty. The first of
 * several variants is used.
 */
export function firstValue(schema: JsonSchema, resolve: ResolveRef): unknown {
  return valueOf(schema, { resolve, depth: 0 });
}

interface Walk {
  readonly resolve: ResolveRef;
  readonly depth: number;
}

type Keywords = Readonly<Record<string, unknown>>;

function valueOf(schema: JsonSchema, { resolve, depth }: Walk): unknown {
  const keywords = mergeSchema(schema, resolve);
  if (depth > optionalDepth && mayBeNothing(keywords, resolve)) return null;
  const options: unknown[] = Array.isArray(keywords['enum']) ? keywords['enum'] : [];
  if ('const' in keywords) return keywords['const'];
  const given = suggestedValue(keywords) ?? options[0];
  if (given !== undefined) return given;
  const inside = { resolve, depth: depth + 1 };
  const variants = variantsOf(keywords, resolve);
  const variant = variants.find(({ schema }) => !isNothing(schema, resolve)) ?? variants[0];
  if (variant !== undefined && depth < maxDepth) return valueOf(variant.schema, inside);
  const [type] = [keywords['type']].flat();
  switch (type) {
    case 'string':
      return sampleText(keywords);
    case 'number':
    case 'integer':
      return sampleNumber(keywords, type === 'integer');
    case 'boolean':
      return false;
    case 'array':
      return requiredItems(keywords, inside);
    case 'null':
      return null;
    default:
      return requiredMembers(keywords, inside);
  }
}

/** Ends the value where a schema refers to itself. */
function mayBeNothing(keywords: Keywords, resolve: ResolveRef): boolean {
  const isOptional = [keywords['type']].flat().includes('null');
  return isOptional || variantsOf(keywords, resolve).some(({ schema }) => isNothing(schema, resolve));
}

function requiredItems({ minItems, prefixItems, items, uniqueItems }: Keywords, walk: Walk): unknown[] {
  if (typeof minItems !== 'number' || walk.depth > maxDepth) return [];
  const first = Array.isArray(prefixItems) ? (prefixItems as readonly JsonSchema[]) : [];
  const rest = (items ?? true) as JsonSchema;
  const choices = uniqueItems === true ? mergeSchema(rest, walk.resolve)['enum'] : undefined;
  return Array.from({ length: Math.min(minItems, mostItems) }, (_none, index) => {
    const choice: unknown = Array.isArray(choices) ? choices[index - first.length] : undefined;
    return choice ?? valueOf(first[index] ?? rest, walk);
  });
}

function requiredMembers(keywords: Keywords, walk: Walk): object {
  const properties = (keywords['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = new Set((keywords['required'] ?? []) as readonly string[]);
  if (walk.depth > maxDepth) return {};
  const wanted = Object.entries(properties).filter(([name, schema]) => {
    const member = mergeSchema(schema, walk.resolve);
    if (required.has(name)) return true;
    // Read-only and deprecated members are omitted.
    return (
      member['readOnly'] !== true && member['deprecated'] !== true && suggestedValue(member) !== undefined
    );
  });
  return Object.fromEntries(wanted.map(([name, schema]) => [name, valueOf(schema, walk)]));
}

/** The value that the schema itself suggests. */
function suggestedValue({ example, examples, default: standard }: Keywords): unknown {
  const [firstExample] = Array.isArray(examples) ? examples : [];
  return example ?? firstExample ?? standard;
}
