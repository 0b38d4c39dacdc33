/** Keywords that declare properties which `additionalProperties` does not see. */
export const applicators = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas'];

/** The properties that a schema declares, by name. */
export function propertiesOf(schema: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(schema['properties'] ?? {}));
}
