import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../model/model.ts';
import { pointerNames } from '../yaml/pointer.ts';
import { subschemasOf } from './subschemas.ts';
import type { SchemaObject } from './keyword.ts';

/** A schema with its own base URI, and its reference targets. */
export interface Resource {
  readonly id: number;
  readonly uri: string;
  readonly root: JsonSchema;
  /** By `$anchor` and `$dynamicAnchor`. */
  readonly anchors: Map<string, SchemaObject>;
  readonly dynamicAnchors: Map<string, SchemaObject>;
}

/** The target of a reference. */
export interface Target {
  readonly schema: JsonSchema;
  readonly resource: Resource;
  /** The name by which it was found, if that is a `$dynamicAnchor`. */
  readonly dynamicAnchor: string | undefined;
}

const ownUri = 'https://schema.invalid/';
const dialectUris = 'https://json-schema.org/draft/2020-12/';

/** One schema of the file, with its resources and the targets of its references. */
export class SchemaDocument {
  readonly root: JsonSchema;
  readonly #resources = new Map<string, Resource>();
  readonly #owners = new Map<SchemaObject, Resource>();
  readonly #byId: Resource[] = [];
  readonly #ids = new Map<SchemaObject, number>();

  constructor(root: JsonSchema) {
    this.root = root;
    this.#add(root, ownUri);
  }

  /** A unique number of a schema in this document. */
  idOf(schema: JsonSchema): string {
    if (typeof schema === 'boolean') return String(schema);
    const known = this.#ids.get(schema) ?? this.#ids.size;
    this.#ids.set(schema, known);
    return String(known);
  }

  /** The id of the resource that a schema belongs to. */
  resourceId(schema: SchemaObject): number {
    return this.#owners.get(schema)?.id ?? 0;
  }

  resourceById(id: number): Resource | undefined {
    return this.#byId[id];
  }

  /** Resolves a reference in a schema; undefined if it points to no known schema. */
  resolve(ref: string, from: SchemaObject): Target | undefined {
    const [uri, fragment] = this.#split(ref, from);
    const resource = uri === undefined ? undefined : (this.#resources.get(uri) ?? this.#dialectResource(uri));
    if (!resource || fragment === undefined) return undefined;
    if (fragment !== '' && !fragment.startsWith('/')) {
      const schema = resource.anchors.get(fragment);
      const dynamicAnchor = resource.dynamicAnchors.has(fragment) ? fragment : undefined;
      return schema && { schema, resource, dynamicAnchor };
    }
    const schema = valueAt(resource.root, fragment);
    if (typeof schema === 'boolean') return { schema, resource, dynamicAnchor: undefined };
    const owner = this.#owners.get(schema as SchemaObject);
    return owner && { schema: schema as SchemaObject, resource: owner, dynamicAnchor: undefined };
  }

  #split(ref: string, from: SchemaObject): readonly [uri: string | undefined, fragment: string | undefined] {
    const base = this.#owners.get(from)?.uri ?? ownUri;
    try {
      const { href, hash } = new URL(ref, base);
      return [href.replace(/#.*$/s, ''), decodeURIComponent(hash.slice(1))];
    } catch {
      return [undefined, undefined];
    }
  }

  #add(root: JsonSchema, uri: string): void {
    const outer: { readonly pointer: string; readonly resource: Resource }[] = [];
    this.#makeResource(root, uri);
    for (const { schema, pointer } of subschemasOf(root, '')) {
      while (outer.length > 0 && !isWithin(pointer, outer.at(-1)?.pointer ?? '')) outer.pop();
      const around = outer.at(-1)?.resource ?? this.#resources.get(uri);
      const resource = around && this.#ownResource(schema, around);
      if (!resource) continue;
      outer.push({ pointer, resource });
      this.#owners.set(schema, resource);
      noteAnchors(schema, resource);
    }
  }

  #ownResource(schema: SchemaObject, around: Resource): Resource {
    const { $id } = schema;
    if (typeof $id !== 'string' || !URL.canParse($id, around.uri)) return around;
    const uri = new URL($id, around.uri).href.replace(/#$/, '');
    if (schema !== around.root) return this.#makeResource(schema, uri);
    const renamed = { ...around, uri };
    this.#resources.set(uri, renamed);
    return renamed;
  }

  #makeResource(root: JsonSchema, uri: string): Resource {
    const id = this.#byId.length;
    const resource = { id, uri, root, anchors: new Map(), dynamicAnchors: new Map() };
    this.#byId.push(resource);
    this.#resources.set(uri, resource);
    return resource;
  }

  /** References to the dialect's meta-schemas are supported as well. */
  #dialectResource(uri: string): Resource | undefined {
    if (!uri.startsWith(dialectUris)) return undefined;
    const schema = new Ajv2020().getSchema(uri)?.schema;
    if (schema === undefined) return undefined;
    this.#add(schema, uri);
    return this.#resources.get(uri);
  }
}

function noteAnchors(schema: SchemaObject, { anchors, dynamicAnchors }: Resource): void {
  const { $anchor, $dynamicAnchor } = schema;
  if (typeof $anchor === 'string') anchors.set($anchor, schema);
  if (typeof $dynamicAnchor !== 'string') return;
  anchors.set($dynamicAnchor, schema);
  dynamicAnchors.set($dynamicAnchor, schema);
}

function isWithin(pointer: string, outer: string): boolean {
  return pointer.startsWith(`${outer}/`);
}

export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const name of pointerNames(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as SchemaObject)[name];
  }
  return value;
}
