import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import { isMap } from './keyword.ts';

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

/** The shared schemas that a schema carries. */
export function sharedIn(schema: JsonSchema): readonly unknown[] {
  const definitions = isMap(schema) && isMap(schema['$defs']) ? schema['$defs'] : {};
  return Object.entries(definitions).flatMap(([definition, shared]) =>
    sharedNameOf(definition) === undefined ? [] : [shared],
  );
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
