import type { JsonObject } from '../../model/json.ts';
import type { JsonSchema } from '../../model/model.ts';
import { capitalize } from '../operation-names.ts';
import { isUnmovable, refersToItself, relocateSchema } from '../../json-schema/relocated-schema.ts';
import { sharedNameOf } from '../../json-schema/shared-definition.ts';

export interface ShelfOptions {
  /** The path from a component to its schema. @default empty */
  readonly suffix?: string;
  /** Names of other components. @default none */
  readonly reserved?: Iterable<string>;
}

/**
 * Places the schemas of a document.
 *
 * Shared schemas go to `#/components/schemas/` under their names. So do the outermost `$defs` of a schema, named after
 * the schema and the definition, and a schema that refers to a part of itself. Any other schema is inlined.
 */
export class SchemaShelf {
  readonly #schemas = new Map<string, JsonObject>();
  readonly #suffix: string;
  readonly #taken: Set<string>;
  /** The components of shared schemas, by their names among `$defs`. */
  readonly #shared = new Map<string, string>();

  constructor({ suffix = '', reserved = [] }: ShelfOptions = {}) {
    this.#suffix = suffix;
    this.#taken = new Set(reserved);
  }

  /** The content of `components.schemas`. */
  get schemas(): JsonObject {
    return Object.fromEntries(this.#schemas);
  }

  /** The schema or reference to inline. */
  place(name: string, schema: JsonSchema): JsonObject {
    const own = this.#ownName(name);
    const placed = this.#spread(own, schema);
    return this.#schemas.get(own) === placed ? { $ref: this.#placeOf(own) } : placed;
  }

  /** The schema with references that also work in its parts, when these are used separately. */
  spread(name: string, schema: JsonSchema): JsonObject {
    return this.#spread(this.#ownName(name), schema);
  }

  #spread(name: string, schema: JsonSchema): JsonObject {
    const place = this.#placeOf(name);
    if (isUnmovable(schema)) return this.#keepWhole(name, relocateSchema(schema, place), schema);
    const known = new Set(this.#shared.keys());
    const names = this.#definitionNames(name, schema);
    const places = new Map([...names].map(([definition, own]) => [definition, this.#placeOf(own)]));
    const { $defs, ...relocated } = relocateSchema(without(known, schema), place, places);
    const added = [...names].filter(([definition]) => !known.has(definition));
    for (const [definition, own] of added) {
      // Relocating keeps it a schema.
      const inner = ($defs as Readonly<Record<string, JsonObject | boolean>>)[definition] ?? true;
      this.#schemas.set(own, typeof inner === 'boolean' ? relocateSchema(inner, place) : inner);
    }
    const own = added.map(([, component]) => this.#schemas.get(component));
    if (refersTo(place, [relocated, ...own])) this.#schemas.set(name, relocated);
    return relocated;
  }

  /**
   * The names of components, by those of the definitions: that of a shared schema, or `PostOrdersBodyLineItem` for `line
   * item` of PostOrdersBody.
   */
  #definitionNames(name: string, schema: JsonSchema): ReadonlyMap<string, string> {
    const definitions = typeof schema === 'boolean' ? {} : (schema['$defs'] ?? {});
    return new Map(
      Object.keys(definitions).map((definition) => {
        const shared = sharedNameOf(definition);
        const known = this.#shared.get(definition);
        const component = known ?? this.#free(shared ?? name + wordsOf(definition));
        if (shared !== undefined) this.#shared.set(definition, component);
        return [definition, component];
      }),
    );
  }

  /** A shared schema keeps its name, also if another would have the same. */
  #ownName(name: string): string {
    return [...this.#shared.values()].includes(name) ? this.#free(name) : name;
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name) || this.#schemas.has(name); count += 1)
      name = `${wanted}${count}`;
    this.#taken.add(name);
    return name;
  }

  #keepWhole(name: string, relocated: JsonObject, schema: JsonSchema): JsonObject {
    if (refersToItself(schema)) this.#schemas.set(name, relocated);
    return relocated;
  }

  #placeOf(name: string): string {
    return `#/components/schemas/${name}${this.#suffix}`;
  }
}

/** A schema without some of its definitions. */
function without(known: ReadonlySet<string>, schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean' || schema['$defs'] === undefined) return schema;
  const definitions = Object.entries(Object(schema['$defs']) as object).filter(([name]) => !known.has(name));
  return { ...schema, $defs: Object.fromEntries(definitions) };
}

function wordsOf(definition: string): string {
  const words = definition.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map(capitalize).join('') || 'Part';
}

/** Whether any reference in a value points to a place, or below it. */
function refersTo(place: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    key === '$ref' && typeof inner === 'string'
      ? inner === place || inner.startsWith(`${place}/`)
      : refersTo(place, inner),
  );
}
