import { canonical } from '../../json-schema/canonical.ts';
import type { JsonObject } from '../../model/json.ts';
import { mergeSchemas } from './merge-schemas.ts';

/** A schema without `$ref`, `const` and most `allOf`; `false` accepts nothing. */
export type SchemaView = JsonObject | false;

/** Keywords that do not affect which values a schema accepts. */
const annotations: ReadonlySet<string> = new Set([
  '$comment',
  '$defs',
  '$schema',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'deprecated',
  'description',
  'example',
  'examples',
  'externalDocs',
  'discriminator',
  'readOnly',
  'title',
  'writeOnly',
  'xml',
]);

/** The schemas of one document: resolves references within it. */
export class SchemaSource {
  readonly #document: JsonObject;

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** Resolves an object that may be a reference, as those of parameters and responses. */
  resolve(value: unknown): JsonObject {
    const seen = new Set<string>();
    let object = asObject(value);
    for (let ref = object['$ref']; typeof ref === 'string' && !seen.has(ref); ref = object['$ref']) {
      seen.add(ref);
      const target = this.#find(ref);
      if (target === undefined) break;
      object = asObject(target);
    }
    return object;
  }

  /** The schema in one object, as far as this is possible. */
  view(schema: unknown, within: readonly string[] = []): SchemaView {
    if (schema === false) return false;
    let view: SchemaView = {};
    const { $ref, allOf, ...own } = asObject(schema);
    const target = typeof $ref === 'string' && !within.includes($ref) ? this.#find($ref) : undefined;
    const parts: SchemaView[] = [plain(own)];
    if ($ref !== undefined && target === undefined) parts.push({ $ref });
    else if (target !== undefined) parts.push(this.view(target, [...within, String($ref)]));
    if (Array.isArray(allOf)) parts.push(...allOf.map((branch) => this.view(branch, within)));
    for (const part of parts) {
      if (part === false) return false;
      view = mergeSchemas(view, part);
    }
    return view;
  }

  /** A text that is the same for two schemas, also of different documents, if they are the same without annotations. */
  textOf(schema: unknown, within: readonly string[] = []): string {
    if (Array.isArray(schema)) return `[${schema.map((item) => this.textOf(item, within)).join(',')}]`;
    if (typeof schema !== 'object' || schema === null) return canonical(schema);
    const { $ref, ...own } = schema as JsonObject;
    const members = Object.entries(plain(own)).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = members.map(([name, value]) => `${name}:${this.#valueText(name, value, within)}`).join(',');
    if (typeof $ref !== 'string') return `{${text}}`;
    const depth = within.indexOf($ref);
    const target = depth === -1 ? this.#find($ref) : undefined;
    if (target === undefined) return `{${text}->${depth === -1 ? $ref : within.length - depth}}`;
    const inner = this.textOf(target, [...within, $ref]);
    return members.length === 0 ? inner : `{${text}&${inner}}`;
  }

  /** A property may have the name of an annotation. */
  #valueText(keyword: string, value: unknown, within: readonly string[]): string {
    if (keyword === 'default' || keyword === 'enum') return canonical(value);
    if (!['properties', 'patternProperties', 'dependentSchemas'].includes(keyword))
      return this.textOf(value, within);
    const members = Object.entries(asObject(value)).sort(([a], [b]) => (a < b ? -1 : 1));
    return members.map(([name, schema]) => `${canonical(name)}:${this.textOf(schema, within)}`).join(',');
  }

  #find(ref: string): unknown {
    if (!ref.startsWith('#/')) return undefined;
    let value: unknown = this.#document;
    for (const step of ref.slice(2).split('/')) {
      const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      const isIn = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
      if (!isIn) return undefined;
      value = (value as JsonObject)[name];
    }
    return value;
  }
}

/** A value as an object; anything else, such as the schema `true`, as an empty one. */
export function asObject(value: unknown): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : {};
}

/** Without annotations, `const` as an `enum`, and without keywords that say nothing. */
function plain(schema: JsonObject): JsonObject {
  const { const: only, ...others } = schema;
  const kept = Object.entries(others).filter(
    ([name, value]) => !annotations.has(name) && !name.startsWith('x-') && !saysNothing(name, value),
  );
  return { ...Object.fromEntries(kept), ...('const' in schema && { enum: [only] }) };
}

function saysNothing(name: string, value: unknown): boolean {
  if (name === 'uniqueItems') return value === false;
  if (name === 'required') return Array.isArray(value) && value.length === 0;
  return false;
}
