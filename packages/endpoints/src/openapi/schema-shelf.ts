import type { JsonObject } from '../json.ts';
import type { JsonSchema } from '../model.ts';
import { refersToItself, relocateSchema } from '../relocated-schema.ts';

/**
 * Gives the schemas of a document their places.
 *
 * A schema that refers to a part of itself stands under `#/components/schemas/`, where that part can
 * be found; any other stands where it is used.
 */
export class SchemaShelf {
  readonly #schemas = new Map<string, JsonObject>();

  /** What `components.schemas` holds. */
  get schemas(): JsonObject {
    return Object.fromEntries(this.#schemas);
  }

  /** The schema as it is to stand where it is used. */
  place(name: string, schema: JsonSchema): JsonObject {
    const placed = this.spread(name, schema);
    return this.#schemas.has(name) ? { $ref: `#/components/schemas/${name}` } : placed;
  }

  /** The schema with references that lead somewhere also from its parts, when these are used one by one. */
  spread(name: string, schema: JsonSchema): JsonObject {
    const relocated = relocateSchema(schema, `#/components/schemas/${name}`);
    if (refersToItself(schema)) this.#schemas.set(name, relocated);
    return relocated;
  }
}
