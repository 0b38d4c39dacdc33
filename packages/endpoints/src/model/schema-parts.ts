import { pointerNames } from '../yaml/pointer.ts';
import type { JsonSchema } from './model.ts';

type SchemaObject = Readonly<Record<string, unknown>>;

/** Finds the target of a schema's `$ref`. */
export type Resolve = (ref: string, from: SchemaObject) => JsonSchema | undefined;

const single = ['if', 'then', 'else'];
const lists = ['allOf', 'anyOf', 'oneOf'];

/** Finds the schemas that apply to the same value as another one. */
export class SchemaParts {
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** Schemas, with their subschemas for the same value, conditional or not. */
  together(schemas: readonly unknown[]): readonly SchemaObject[] {
    return collect(schemas, (schema) => [
      this.targetOf(schema),
      ...lists.flatMap((keyword) => schema[keyword] ?? []),
      ...single.map((keyword) => schema[keyword]),
      ...Object.values(schema['dependentSchemas'] ?? {}),
    ]);
  }

  /** Schemas, with those that always apply to the same value: their `$ref` and `allOf`. */
  always(schemas: readonly unknown[]): readonly SchemaObject[] {
    return collect(schemas, (schema) => [this.targetOf(schema), ...[schema['allOf'] ?? []].flat()]);
  }

  /** The target of a schema's `$ref`; `undefined` if it has none, or that leads nowhere. */
  targetOf(schema: SchemaObject): JsonSchema | undefined {
    const { $ref } = schema;
    return typeof $ref === 'string' ? this.#resolve($ref, schema) : undefined;
  }
}

/** Resolves references to places in a schema, such as `#/$defs/line`; other references lead nowhere. */
export function resolveIn(root: JsonSchema): Resolve {
  return (ref) => {
    if (!/^#(?:\/|$)/.test(ref)) return undefined;
    let value: unknown = root;
    for (const name of pointerNames(decode(ref.slice(1)))) {
      value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    }
    return isObject(value) || typeof value === 'boolean' ? value : undefined;
  };
}

function collect(
  schemas: readonly unknown[],
  innerOf: (schema: SchemaObject) => readonly unknown[],
): readonly SchemaObject[] {
  const found = new Set<SchemaObject>();
  const add = (schema: unknown): void => {
    if (!isObject(schema) || found.has(schema)) return;
    found.add(schema);
    innerOf(schema).forEach(add);
  };
  schemas.forEach(add);
  return [...found];
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A fragment with broken percent-encoding leads nowhere. */
function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return '/%';
  }
}
