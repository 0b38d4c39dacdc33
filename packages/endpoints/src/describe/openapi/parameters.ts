import { isAnswered } from '../../deliveries/deliveries.ts';
import { propertiesOf } from '../../file/input-schemas.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Endpoint, JsonSchema } from '../../model/model.ts';
import { flattenQuery } from './flat-query.ts';
import type { OperationPlace } from './operation-place.ts';

/** The parameters of an operation: of its path, its query and its headers. */
export function parametersOf(endpoint: Endpoint, place: OperationPlace): readonly JsonObject[] {
  return [
    ...pathParameters(endpoint, place),
    ...queryParameters(endpoint, place),
    ...headerParameters(endpoint),
  ];
}

/** Endpoints whose paths differ only in the names of parameters share a path item, and so these names. */
function pathParameters(
  { params, paramNames }: Endpoint,
  { typeName, pathParamNames, shelf }: OperationPlace,
): readonly JsonObject[] {
  const properties = propertiesOf(shelf.spread(`${typeName}Params`, params ?? {}));
  return paramNames.map((name, index) => ({
    name: pathParamNames[index] ?? name,
    in: 'path',
    required: true,
    ...describedSchema(properties.get(name)),
  }));
}

/**
 * Each parameter that the schema names, wherever in it; and where the query may hold others, one more
 * whose members these are.
 */
function queryParameters({ query }: Endpoint, { typeName, shelf }: OperationPlace): readonly JsonObject[] {
  if (query === undefined) return [];
  const name = `${typeName}Query`;
  const flat = flattenQuery(query);
  if (!flat) return [explodedQuery(shelf.place(name, query))];
  const schema = shelf.spread(name, flat);
  const { type, patternProperties, additionalProperties } = schema;
  const isOpen = patternProperties !== undefined || additionalProperties !== false;
  const required = new Set([schema['required']].flat());
  const named = [...propertiesOf(schema)].map(([name, property]) => ({
    name,
    in: 'query',
    ...(required.has(name) && { required: true }),
    ...describedSchema(property),
  }));
  const others = {
    type,
    ...(patternProperties !== undefined && { patternProperties }),
    additionalProperties,
  };
  return isOpen ? [...named, explodedQuery(others)] : named;
}

/** Each member of the value is a parameter; what OpenAPI has for those that are not named. */
function explodedQuery(schema: JsonObject): JsonObject {
  return { name: 'query', in: 'query', style: 'form', explode: true, schema };
}

function describedSchema(property: unknown): JsonObject {
  // A property of a schema that was checked is a schema.
  const schema = property as JsonSchema;
  if (typeof schema === 'boolean') return { schema: schema ? {} : { not: {} } };
  const { description } = schema;
  return { ...(description !== undefined && { description }), schema };
}

/** Repeating matters where a call changes something. */
function headerParameters({ delivery, method, idempotency }: Endpoint): readonly JsonObject[] {
  if (idempotency) return [{ $ref: '#/components/parameters/CallersIdempotencyKey' }];
  const isSafe = isAnswered(delivery) && (method === 'GET' || method === 'HEAD');
  return isSafe ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }];
}

/** The parameters that operations share. */
export const sharedParameters: JsonObject = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      "Becomes the message's id. A message whose id was stored before is not stored again, so repeating a call with the same key is safe.",
    schema: { type: 'string', format: 'uuid' },
  },
  CallersIdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Belongs to the caller and this endpoint. A call that is repeated with it is answered as the first one, with `Idempotency-Replayed: true`; 409 while that is in work, 422 when it was another call.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]*$' },
  },
};
