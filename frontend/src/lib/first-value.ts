import { type JsonSchema, mergeSchema, type ResolveRef } from './form-field.ts';

const maxDepth = 8;

/** The value a form starts with: what the schema gives as example or default, else what it requires. */
export function firstValue(schema: JsonSchema, resolve: ResolveRef): unknown {
  return valueOf(schema, { resolve, depth: 0 });
}

interface Walk {
  readonly resolve: ResolveRef;
  readonly depth: number;
}

function valueOf(schema: JsonSchema, { resolve, depth }: Walk): unknown {
  const keywords = mergeSchema(schema, resolve);
  const options: unknown[] = Array.isArray(keywords['enum']) ? keywords['enum'] : [];
  const given = keywords['const'] ?? suggestedValue(keywords) ?? options[0];
  if (given !== undefined) return given;
  const [type] = [keywords['type']].flat();
  switch (type) {
    case 'string':
      return '';
    case 'number':
    case 'integer':
      return typeof keywords['minimum'] === 'number' ? keywords['minimum'] : 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'null':
      return null;
    default:
      return requiredMembers(keywords, { resolve, depth: depth + 1 });
  }
}

function requiredMembers(keywords: Readonly<Record<string, unknown>>, walk: Walk): object {
  const properties = (keywords['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = new Set((keywords['required'] ?? []) as readonly string[]);
  if (walk.depth > maxDepth) return {};
  const wanted = Object.entries(properties).filter(
    ([name, schema]) => required.has(name) || suggestedValue(mergeSchema(schema, walk.resolve)) !== undefined,
  );
  return Object.fromEntries(wanted.map(([name, schema]) => [name, valueOf(schema, walk)]));
}

/** What the schema itself says to put in. */
function suggestedValue({
  example,
  examples,
  default: standard,
}: Readonly<Record<string, unknown>>): unknown {
  const [firstExample] = Array.isArray(examples) ? examples : [];
  return example ?? firstExample ?? standard;
}
