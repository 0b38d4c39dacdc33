import type { JsonObject } from '../../model/json.ts';
import type { JsonSchema } from '../../model/model.ts';
import { capitalize } from '../operation-names.ts';
import { isUnmovable, refersToItself, relocateSchema } from '../../json-schema/relocated-schema.ts';

export interface ShelfOptions {
  /** The path from a component to its schema. @default empty */
  readonly suffix?: string;
}

/**
 * Places the schemas of a document.
 *
 * The outermost `$defs` of a schema go to `#/components/schemas/`, named after the schema and the definition;
 * so does a schema that refers to a part of itself. Any other schema is inlined.
 */
export class SchemaShelf {
  readonly #schemas = new Map<string, JsonObject>();
  readonly #suffix: string;

  constructor({ suffix = '' }: ShelfOptions = {}) {
    this.#suffix = suffix;
  }

  /** The content of `components.schemas`. */
  get schemas(): JsonObject {
    return Object.fromEntries(this.#schemas);
  }

  /** The schema or reference to inline. */
  place(name: string, schema: JsonSchema): JsonObject {
    const placed = this.spread(name, schema);
    return this.#schemas.get(name) === placed ? { $ref: this.#placeOf(name) } : placed;
  }

  /** The schema with references that also work in its parts, when these are used separately. */
  spread(name: string, schema: JsonSchema): JsonObject {
    const place = this.#placeOf(name);
    if (isUnmovable(schema)) return this.#keepWhole(name, relocateSchema(schema, place), schema);
    const names = definitionNames(name, schema, this.#schemas);
    const places = new Map([...names].map(([definition, own]) => [definition, this.#placeOf(own)]));
    const { $defs, ...relocated } = relocateSchema(schema, place, places);
    for (const [definition, own] of names) {
      // Relocating keeps it a schema.
      const inner = ($defs as Readonly<Record<string, JsonObject | boolean>>)[definition] ?? true;
      this.#schemas.set(own, typeof inner === 'boolean' ? relocateSchema(inner, place) : inner);
    }
    if (refersTo(place, [relocated, ...this.#schemas.values()])) this.#schemas.set(name, relocated);
    return relocated;
  }

  #keepWhole(name: string, relocated: JsonObject, schema: JsonSchema): JsonObject {
    if (refersToItself(schema)) this.#schemas.set(name, relocated);
    return relocated;
  }

  #placeOf(name: string): string {
    return `#/components/schemas/${name}${this.#suffix}`;
  }
}

/** The names of components, by those of the definitions; `line item` of PostOrdersBody is PostOrdersBodyLineItem. */
function definitionNames(
  name: string,
  schema: JsonSchema,
  taken: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, string> {
  const definitions = typeof schema === 'boolean' ? {} : (schema['$defs'] ?? {});
  const names = new Map<string, string>();
  for (const definition of Object.keys(definitions)) {
    const words = definition.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
    const wanted = name + (words.map(capitalize).join('') || 'Part');
    let own = wanted;
    for (let count = 2; taken.has(own) || [...names.values()].includes(own); count += 1)
      own = `${wanted}${count}`;
    names.set(definition, own);
  }
  return names;
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
