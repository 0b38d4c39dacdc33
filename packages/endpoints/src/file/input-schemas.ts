import type { JsonSchema } from '../model/model.ts';
import { applicators, ownPropertiesOf, propertiesOf } from '../model/schema-properties.ts';
import type { RawSchema } from './structure.ts';

/** Completes the schema of a query: of type object and, by default, closed. */
export function querySchema(written: RawSchema): JsonSchema {
  const isDecided = 'additionalProperties' in written || 'unevaluatedProperties' in written;
  if (isDecided) return { type: 'object', ...written };
  const closing = applicators.some((keyword) => keyword in written)
    ? 'unevaluatedProperties'
    : 'additionalProperties';
  return { type: 'object', ...written, [closing]: false };
}

/** Completes the schema of a path's parameters: all of them required, a string if undeclared. */
export function paramsSchema(names: readonly string[], written: RawSchema = {}): JsonSchema | undefined {
  if (names.length === 0) return undefined;
  const own = ownPropertiesOf(written);
  const declared = propertiesOf(written);
  const properties = names
    .filter((name) => own.has(name) || !declared.has(name))
    .map((name) => [name, own.get(name) ?? { type: 'string' }]);
  return { ...written, type: 'object', properties: Object.fromEntries(properties), required: names };
}
