import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import { isMap } from './keyword.ts';
import { subschemasOf } from './subschemas.ts';

/**
 * Shared schemas are carried by every schema that refers to them, among its `$defs`: `#/schemas/Order` of the file is
 * `#/$defs/schemas~1Order` there. So each schema of a model stands for itself.
 */
const prefix = 'schemas/';

/** The name among `$defs` of a shared schema. */
export function definitionOf(name: string): string {
  return prefix + name;
}

/** The name of the shared schema that stands under a name among `$defs`; `undefined` for any other. */
export function sharedNameOf(definition: string): string | undefined {
  return definition.startsWith(prefix) ? definition.slice(prefix.length) : undefined;
}

/** Where a shared schema stands in a schema that refers to it. */
export function carriedPlace(name: string): string {
  return `#${extendPointer('/$defs', definitionOf(name))}`;
}

/** The shared schemas that a schema carries, with their names among its `$defs`. */
export function sharedIn(schema: JsonSchema): readonly (readonly [definition: string, schema: unknown])[] {
  const definitions = isMap(schema) && isMap(schema['$defs']) ? schema['$defs'] : {};
  return Object.entries(definitions).filter(([definition]) => sharedNameOf(definition) !== undefined);
}

/** A schema without the shared ones that it carries. */
export function withoutShared(schema: unknown): unknown {
  if (!isMap(schema) || !isMap(schema['$defs'])) return schema;
  const entries = Object.entries(schema['$defs']);
  const own = entries.filter(([definition]) => sharedNameOf(definition) === undefined);
  if (own.length === entries.length) return schema;
  const { $defs: _defs, ...others } = schema;
  return own.length === 0 ? others : { ...others, $defs: Object.fromEntries(own) };
}

/**
 * A schema that stands for the same one in a check of its references: where it refers to shared schemas as a whole, and
 * no default of its own depends on them, these may be anything.
 */
export function withAnyShared(schema: JsonSchema): JsonSchema {
  const own = withoutShared(schema);
  if (own === schema || !isMap(schema)) return schema;
  const parts = [...subschemasOf(own, '')];
  const needsThem = parts.some(
    ({ schema: part }) => Object.hasOwn(part, 'default') || isPartial(part['$ref']),
  );
  if (needsThem) return schema;
  const definitions = Object.entries(Object(schema['$defs']) as object).map(([name, definition]) => [
    name,
    sharedNameOf(name) === undefined ? definition : true,
  ]);
  return { ...schema, $defs: Object.fromEntries(definitions) };
}

/** Whether a reference leads to a part of a shared schema. */
function isPartial($ref: unknown): boolean {
  return typeof $ref === 'string' && /^#\/\$defs\/schemas~1[^/]+\//.test($ref);
}

/** A reference to a shared schema, or to a part of one. */
export interface SharedReference {
  /** The name of the schema, as written. */
  readonly name: string;
  /** The steps to the part, as written. */
  readonly steps: readonly string[];
}

/** Reads `#/schemas/Order` or `#/schemas/Order/properties/id`; `undefined` for any other reference. */
export function parseSharedReference(ref: unknown): SharedReference | undefined {
  if (typeof ref !== 'string' || !/^#\/schemas(?:\/|$)/.test(ref)) return undefined;
  const [name = '', ...steps] = ref.split('/').slice(2);
  return { name, steps };
}
