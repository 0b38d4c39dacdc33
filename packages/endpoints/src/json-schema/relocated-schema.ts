import type { JsonObject } from '../model/json.ts';
import type { JsonSchema } from '../model/model.ts';
import { pointerNames } from '../yaml/pointer.ts';
import { type Subschema, subschemasOf } from './subschemas.ts';

/** Whether a schema refers to a part of itself, and so cannot be split or moved unchanged. */
export function refersToItself(schema: JsonSchema): boolean {
  return [...subschemasOf(schema, '')].some(({ schema }) => isLocal(schema['$ref']));
}

/** Whether a schema has references that cannot be rewritten. */
export function isUnmovable(schema: JsonSchema): boolean {
  return [...subschemasOf(schema, '')].some(({ schema }) => '$dynamicRef' in schema || '$id' in schema);
}

/**
 * Copies a schema for a place in another document, such as `#/components/schemas/PostOrdersBody`.
 *
 * There `#` means that document, so references to parts of the schema are prefixed with the place. A schema
 * with an `$id` is its own document anywhere, and one with a `$dynamicRef` becomes one, since its references
 * cannot be rewritten.
 *
 * @param definitions - the places of the outermost `$defs`, by name, if they are moved separately.
 */
export function relocateSchema(
  schema: JsonSchema,
  place: string,
  definitions: ReadonlyMap<string, string> = new Map(),
): JsonObject {
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  const copy = JSON.parse(JSON.stringify(schema)) as JsonObject;
  const all = [...subschemasOf(copy, '')];
  if (all.some(({ schema }) => '$dynamicRef' in schema)) {
    return { $id: `urn:restmapper:schema:${encodeURIComponent(place)}`, ...copy };
  }
  const anchors = new Map(all.map(({ schema, pointer }) => [schema['$anchor'], pointer]));
  for (const { schema } of withoutDocuments(all)) {
    relocate(schema, { place, definitions, anchors });
  }
  return copy;
}

/** The subschemas that share the base of the outermost one. */
function withoutDocuments(all: readonly Subschema[]): readonly Subschema[] {
  const documents = all.filter(({ schema }) => '$id' in schema).map(({ pointer }) => pointer);
  return all.filter(({ pointer }) =>
    documents.every((document) => pointer !== document && !pointer.startsWith(`${document}/`)),
  );
}

interface Relocation {
  readonly place: string;
  readonly definitions: ReadonlyMap<string, string>;
  readonly anchors: ReadonlyMap<unknown, string>;
}

function relocate(schema: Record<string, unknown>, { place, definitions, anchors }: Relocation): void {
  // Both apply only to a whole document, and two schemas may have the same anchor.
  delete schema['$schema'];
  delete schema['$anchor'];
  const { $ref } = schema;
  if (!isLocal($ref)) return;
  const written = $ref.slice(1);
  const fragment = written === '' || written.startsWith('/') ? written : toFragment(anchors, written);
  const [, keyword = '', name = '', ...rest] = fragment.split('/');
  const definition = isDefs(keyword) ? definitions.get(nameIn(name)) : undefined;
  schema['$ref'] = definition === undefined ? place + fragment : [definition, ...rest].join('/');
}

function isDefs(keyword: string): boolean {
  return decodeURIComponent(keyword) === '$defs';
}

function nameIn(step: string): string {
  return pointerNames(`/${decodeURIComponent(step)}`)[0] ?? '';
}

function toFragment(anchors: ReadonlyMap<unknown, string>, anchor: string): string {
  return (anchors.get(anchor) ?? '').split('/').map(encodeURIComponent).join('/');
}

function isLocal($ref: unknown): $ref is string {
  return typeof $ref === 'string' && $ref.startsWith('#');
}
