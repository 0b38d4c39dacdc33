import type { JsonSchema } from '../model/model.ts';
import { canonical } from './canonical.ts';
import type { SchemaDocument } from './document.ts';
import { isMap, type SchemaObject } from './keyword.ts';

/** The schemas that apply to every value of these schemas: themselves, their `$ref` and `allOf`. */
export function unconditionalParts(
  document: SchemaDocument,
  schemas: readonly unknown[],
): readonly SchemaObject[] {
  const found = new Set<SchemaObject>();
  const add = (schema: unknown): void => {
    if (!isMap(schema) || found.has(schema)) return;
    found.add(schema);
    const { $ref, allOf } = schema;
    if (typeof $ref === 'string') add(document.resolve($ref, schema)?.schema);
    for (const inner of [allOf ?? []].flat()) add(inner);
  };
  for (const schema of schemas) add(schema);
  return [...found];
}

/** The default of a value: its schemas' own, else that of their `$ref` or `allOf`. */
export interface FoundDefault {
  readonly value: unknown;
  /** The schemas that have it. */
  readonly places: readonly SchemaObject[];
  /** Those that have another: none is then filled in. */
  readonly clashes: readonly SchemaObject[];
}

/** Finds the default of a value that all of these schemas describe; `undefined` without one. */
export function defaultOf(
  document: SchemaDocument,
  schemas: readonly JsonSchema[],
): FoundDefault | undefined {
  const having = schemas.flatMap((schema) => {
    if (isMap(schema) && Object.hasOwn(schema, 'default')) return [schema];
    return unconditionalParts(document, [schema]).filter((part) => Object.hasOwn(part, 'default'));
  });
  const [first] = having;
  if (!first) return undefined;
  const value: unknown = first['default'];
  const text = canonical(value);
  const isSame = (schema: SchemaObject): boolean => canonical(schema['default']) === text;
  return { value, places: having.filter(isSame), clashes: having.filter((schema) => !isSame(schema)) };
}

/** The schemas of each property that these schemas declare, by name. */
export function propertiesOf(parts: readonly SchemaObject[]): ReadonlyMap<string, readonly JsonSchema[]> {
  const found = new Map<string, JsonSchema[]>();
  for (const { properties = {} } of parts) {
    // The meta-schema has validated that they are schemas.
    for (const [name, schema] of Object.entries(properties as Readonly<Record<string, JsonSchema>>)) {
      found.set(name, [...(found.get(name) ?? []), schema]);
    }
  }
  return found;
}
