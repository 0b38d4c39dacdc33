import type { JsonObject } from './json.ts';
import type { JsonSchema } from './model.ts';
import { type Subschema, subschemasOf } from './subschemas.ts';

/** Whether a schema refers to a part of itself, and so cannot be taken apart or moved as it is. */
export function refersToItself(schema: JsonSchema): boolean {
  return [...subschemasOf(schema, '')].some(({ schema }) => isLocal(schema['$ref']));
}

/**
 * Copies a schema for a place in another document, such as `#/components/schemas/PostOrdersBody`.
 *
 * There `#` means that document, so references to parts of the schema are made to begin with the place.
 * A schema with an `$id` is a document of its own wherever it stands, and one with a `$dynamicRef` is
 * made one, since its references cannot be rewritten.
 */
export function relocateSchema(schema: JsonSchema, place: string): JsonObject {
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  const copy = JSON.parse(JSON.stringify(schema)) as JsonObject;
  const all = [...subschemasOf(copy, '')];
  if (all.some(({ schema }) => '$dynamicRef' in schema)) {
    return { $id: `urn:restmapper:schema:${encodeURIComponent(place)}`, ...copy };
  }
  const anchors = new Map(all.map(({ schema, pointer }) => [schema['$anchor'], pointer]));
  for (const { schema } of withoutDocuments(all)) {
    relocate(schema, { place, anchors });
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
  readonly anchors: ReadonlyMap<unknown, string>;
}

function relocate(schema: Record<string, unknown>, { place, anchors }: Relocation): void {
  // Both count for a whole document only, and two schemas may have the same anchor.
  delete schema['$schema'];
  delete schema['$anchor'];
  const { $ref } = schema;
  if (!isLocal($ref)) return;
  const fragment = $ref.slice(1);
  schema['$ref'] =
    place + (fragment === '' || fragment.startsWith('/') ? fragment : toFragment(anchors, fragment));
}

function toFragment(anchors: ReadonlyMap<unknown, string>, anchor: string): string {
  return (anchors.get(anchor) ?? '').split('/').map(encodeURIComponent).join('/');
}

function isLocal($ref: unknown): $ref is string {
  return typeof $ref === 'string' && $ref.startsWith('#');
}
