import { resolveIn, SchemaParts } from './schema-parts.ts';

/** Keywords that declare properties which `additionalProperties` does not see. */
export const applicators = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas'];

/** The properties that stand directly in a schema, by name. */
export function ownPropertiesOf(schema: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(schema['properties'] ?? {}));
}

/** The properties that a schema declares, also by references and alternatives, by name. */
export function propertiesOf(schema: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  if (applicators.every((keyword) => !(keyword in schema))) return ownPropertiesOf(schema);
  const found = new Map<string, unknown[]>();
  for (const part of new SchemaParts(resolveIn(schema)).together([schema])) {
    for (const [name, property] of ownPropertiesOf(part))
      found.set(name, [...(found.get(name) ?? []), property]);
  }
  return new Map([...found].map(([name, all]) => [name, all.length === 1 ? all[0] : { anyOf: all }]));
}
