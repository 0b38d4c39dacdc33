import type { JsonSchema } from '../model/model.ts';
import { compilePattern, type LinearPattern } from '../pattern/linear-pattern.ts';
import type { SchemaDocument } from './document.ts';
import { isMap, type SchemaObject } from './keyword.ts';
import { SchemaParts } from '../model/schema-parts.ts';
import { defaultOf, propertiesOf } from './unconditional.ts';

/** The keywords of an object's schema for its members, wherever they are. */
export class TextSchemas {
  readonly #applying: SchemaParts;
  readonly #parts: readonly SchemaObject[];
  readonly #patterns: ReadonlyMap<SchemaObject, readonly PatternEntry[]>;
  /** The schemas that always apply to the object: the whole, its `$ref` and `allOf`. */
  readonly unconditional: readonly SchemaObject[];
  /** The defaults of unconditional members. */
  readonly defaults: ReadonlyMap<string, unknown>;

  constructor(document: SchemaDocument, root: JsonSchema) {
    this.#applying = new SchemaParts((ref, from) => document.resolve(ref, from)?.schema);
    this.#parts = this.together([root]);
    this.#patterns = new Map(this.#parts.map((part) => [part, patternsOf(part)]));
    this.unconditional = this.#applying.always([root]);
    this.defaults = defaultsOf(document, this.unconditional);
  }

  /** The schemas that may apply to the object, conditional or not. */
  get parts(): readonly SchemaObject[] {
    return this.#parts;
  }

  /** The names of the members under `properties`, wherever that is. */
  get declared(): readonly string[] {
    return this.#parts.flatMap(({ properties }) => (isMap(properties) ? Object.keys(properties) : []));
  }

  /** The schemas that apply to a member of this name. */
  ofMember(name: string): readonly JsonSchema[] {
    const found = this.#parts.flatMap((part) => {
      const { properties = {}, additionalProperties } = part;
      const byName = isMap(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
      const patterns = this.#patterns.get(part) ?? [];
      const byPattern = patterns.filter(({ pattern }) => pattern.test(name)).map(({ schema }) => schema);
      const named = [...byName, ...byPattern];
      const isOther = named.length === 0 && additionalProperties !== undefined;
      // The meta-schema has validated that they are schemas.
      return (isOther ? [additionalProperties] : named) as readonly JsonSchema[];
    });
    return found.length > 0 ? found : defined(this.#parts.map((part) => part['unevaluatedProperties']));
  }

  /** Schemas, with their subschemas for the same value. */
  together(schemas: readonly JsonSchema[]): readonly SchemaObject[] {
    return this.#applying.together(schemas);
  }
}

/** Drops missing schemas. */
export function defined(schemas: readonly unknown[]): readonly JsonSchema[] {
  return schemas.filter((schema): schema is JsonSchema => typeof schema === 'boolean' || isMap(schema));
}

interface PatternEntry {
  readonly pattern: LinearPattern;
  readonly schema: unknown;
}

function patternsOf({ patternProperties = {} }: SchemaObject): readonly PatternEntry[] {
  return Object.entries(patternProperties as SchemaObject).map(([source, schema]) => ({
    pattern: compilePattern(source),
    schema,
  }));
}

function defaultsOf(document: SchemaDocument, parts: readonly SchemaObject[]): ReadonlyMap<string, unknown> {
  const found = [...propertiesOf(parts)].flatMap(([name, schemas]) => {
    const known = defaultOf(document, schemas);
    return known && known.clashes.length === 0 ? [[name, known.value] as const] : [];
  });
  return new Map(found);
}
