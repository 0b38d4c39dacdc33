import type { JsonSchema } from '../model/model.ts';
import { compilePattern, type LinearPattern } from '../pattern/linear-pattern.ts';
import type { SchemaDocument } from './document.ts';
import { isMap, type SchemaObject } from './keyword.ts';

const single = ['if', 'then', 'else'];
const lists = ['allOf', 'anyOf', 'oneOf'];

/** The keywords of an object's schema for its members, wherever they are. */
export class TextSchemas {
  readonly #document: SchemaDocument;
  readonly #parts: readonly SchemaObject[];
  readonly #patterns: ReadonlyMap<SchemaObject, readonly PatternEntry[]>;
  /** The schemas that always apply to the object: the whole, its `$ref` and `allOf`. */
  readonly unconditional: readonly SchemaObject[];
  /** The defaults of unconditional members. */
  readonly defaults: ReadonlyMap<string, unknown>;

  constructor(document: SchemaDocument, root: JsonSchema) {
    this.#document = document;
    this.#parts = this.together([root]);
    this.#patterns = new Map(this.#parts.map((part) => [part, patternsOf(part)]));
    this.unconditional = this.#unconditional(root);
    this.defaults = new Map(this.unconditional.flatMap(defaultsOf));
  }

  /** The schemas that may apply to the object, conditional or not. */
  get parts(): readonly SchemaObject[] {
    return this.#parts;
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
    const found = new Set<SchemaObject>();
    const add = (schema: unknown): void => {
      if (!isMap(schema) || found.has(schema)) return;
      found.add(schema);
      add(this.#target(schema));
      for (const keyword of lists) for (const inner of [schema[keyword] ?? []].flat()) add(inner);
      for (const keyword of single) add(schema[keyword]);
      for (const inner of Object.values(schema['dependentSchemas'] ?? {})) add(inner);
    };
    for (const schema of schemas) add(schema);
    return [...found];
  }

  #unconditional(root: unknown): readonly SchemaObject[] {
    if (!isMap(root)) return [];
    const inner = [this.#target(root), ...[root['allOf'] ?? []].flat()];
    return [root, ...inner.flatMap((schema) => this.#unconditional(schema))];
  }

  #target(schema: SchemaObject): JsonSchema | undefined {
    const { $ref } = schema;
    return typeof $ref === 'string' ? this.#document.resolve($ref, schema)?.schema : undefined;
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

function defaultsOf({ properties = {} }: SchemaObject): readonly (readonly [string, unknown])[] {
  return Object.entries(properties as SchemaObject).flatMap(([name, property]) =>
    isMap(property) && Object.hasOwn(property, 'default') ? [[name, property['default']] as const] : [],
  );
}
