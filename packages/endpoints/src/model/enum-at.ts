import type { CallPath } from './call-path.ts';
import type { JsonSchema } from './model.ts';
import type { Source } from './model.ts';
import { resolveIn, SchemaParts } from './schema-parts.ts';
import { ownPropertiesOf } from './schema-properties.ts';

type SchemaObject = Readonly<Record<string, unknown>>;

/** What the schemas of a source say for certain about a value of its calls. */
export interface ValueRules {
  /** Whether every call has it. */
  readonly isPresent: boolean;
  /** All values that it may have; `undefined` without an `enum`. */
  readonly values: readonly unknown[] | undefined;
}

/** Reads what the schemas of a source always say about a value; nothing of identities, which have none. */
export function rulesAt({ part, names }: CallPath, source: Source): ValueRules {
  const root = schemaOf(part, source);
  if (root === undefined) return { isPresent: false, values: undefined };
  const parts = new SchemaParts(resolveIn(root));
  let found = parts.always([root]);
  let isPresent = true;
  for (const name of names) {
    const inner = found.flatMap((schema) => ownPropertiesOf(schema).get(name) ?? []);
    const always = parts.always(inner);
    isPresent &&= requires(found, name) || always.some((schema) => 'default' in schema);
    found = always;
  }
  return { isPresent, values: valuesOf(found) };
}

function schemaOf(part: CallPath['part'], source: Source): JsonSchema | undefined {
  switch (part) {
    case 'data':
      return source.body;
    case 'args':
      return source.query;
    case 'params':
      return source.params;
    case 'headers':
      return source.headers;
    default:
      return undefined;
  }
}

function requires(schemas: readonly SchemaObject[], name: string): boolean {
  return schemas.some(({ required }) => Array.isArray(required) && required.includes(name));
}

/** Those that all of the schemas allow. */
function valuesOf(schemas: readonly SchemaObject[]): readonly unknown[] | undefined {
  const lists = schemas.flatMap((schema): (readonly unknown[])[] => {
    if ('const' in schema) return [[schema['const']]];
    return Array.isArray(schema['enum']) ? [schema['enum']] : [];
  });
  const [first, ...others] = lists;
  return first?.filter((value) => others.every((list) => list.some((other) => other === value)));
}
