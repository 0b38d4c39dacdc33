import { describeFile } from '../../packages/endpoints/src/file/schema-file.ts';

/** A part of the JSON Schema of `endpoints.yaml`. */
export type Schema = Readonly<Record<string, unknown>>;

/** The part at a JSON pointer, written as a fragment such as `#/definitions/worker`. */
export function schemaAt(pointer: string): Schema {
  const names = pointer.split('/').slice(1);
  const found = names.reduce<unknown>((at, name) => asSchema(at)[name], describeFile());
  if (found === undefined) throw new Error(`the file's schema has nothing at ${pointer}`);
  return asSchema(found);
}

/** The keys directly below a part, by name. */
export function propertiesOf(schema: Schema): readonly (readonly [name: string, property: Schema])[] {
  return Object.entries(asSchema(schema['properties'] ?? {})).map(([name, property]) => [
    name,
    asSchema(property),
  ]);
}

/** Every key that the file may have, with the pointer of its part of the schema. */
export function* allKeys(
  schema: unknown = describeFile(),
  pointer = '#',
): Generator<readonly [pointer: string, property: Schema]> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [name, property] of propertiesOf(asSchema(schema))) {
    yield [`${pointer}/properties/${name}`, property];
  }
  for (const [key, value] of Object.entries(schema)) {
    if (key !== 'examples' && key !== 'default') yield* below(value, `${pointer}/${key}`, key);
  }
}

function* below(value: unknown, pointer: string, key: string): ReturnType<typeof allKeys> {
  const isMap = key === 'properties' || key === 'definitions';
  const schemas = isMap ? Object.entries(asSchema(value)) : [];
  if (!isMap) yield* allKeys(value, pointer);
  for (const [name, schema] of schemas) yield* allKeys(schema, `${pointer}/${name}`);
}

function asSchema(value: unknown): Schema {
  if (typeof value !== 'object' || value === null) throw new Error('a schema is not a mapping');
  return value as Schema;
}
