import { isAnswered } from '../../deliveries/deliveries.ts';
import { ownPropertiesOf } from '../../model/schema-properties.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Endpoint, JsonSchema } from '../../model/model.ts';
import { headerFieldsOf } from '../../json-schema/header-fields.ts';
import { flattenObject } from './flat-object.ts';
import { isConditional } from './problem-conditions.ts';
import { openObjects } from './open-objects.ts';
import type { OperationPlace } from './operation-place.ts';

/** The parameters of an operation: of its path, its query and its headers. */
export function parametersOf(endpoint: Endpoint, place: OperationPlace): readonly JsonObject[] {
  return [
    ...pathParameters(endpoint, place),
    ...queryParameters(endpoint, place),
    ...declaredHeaders(endpoint, place),
    ...headerParameters(endpoint),
  ];
}

/** Endpoints whose paths differ only in the names of parameters share a path item, and so these names. */
function pathParameters(
  { params, paramNames }: Endpoint,
  { typeName, pathParamNames, shelf }: OperationPlace,
): readonly JsonObject[] {
  const flat = flattenObject(params ?? {}) ?? params ?? {};
  const properties = ownPropertiesOf(shelf.spread(`${typeName}Params`, openObjects(flat)));
  return paramNames.map((name, index) => ({
    name: pathParamNames[index] ?? name,
    in: 'path',
    required: true,
    ...describedSchema(properties.get(name)),
  }));
}

/**
 * Each parameter declared anywhere in the schema; and if the query may have others, one more parameter for
 * these.
 */
function queryParameters({ query }: Endpoint, { typeName, shelf }: OperationPlace): readonly JsonObject[] {
  if (query === undefined) return [];
  const name = `${typeName}Query`;
  const flat = flattenObject(query);
  if (!flat) return [explodedQuery(shelf.place(name, query))];
  const schema = shelf.spread(name, openObjects(flat));
  const { type, patternProperties, additionalProperties } = schema;
  const isOpen = patternProperties !== undefined || additionalProperties !== false;
  const required = new Set([schema['required']].flat());
  const named = [...ownPropertiesOf(schema)].map(([name, property]) => ({
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

/** Each member of the value is a parameter: OpenAPI's form for undeclared parameters. */
function explodedQuery(schema: JsonObject): JsonObject {
  return { name: 'query', in: 'query', style: 'form', explode: true, schema };
}

/** OpenAPI ignores parameters of these names: it describes them by media types. */
const describedElsewhere: ReadonlySet<string> = new Set(['accept', 'content-type']);

/** A list is separated by commas, as is OpenAPI's default for headers. */
function declaredHeaders({ headers }: Endpoint, { typeName, shelf }: OperationPlace): readonly JsonObject[] {
  if (headers === undefined) return [];
  const schema = shelf.spread(`${typeName}Headers`, openObjects(flattenObject(headers) ?? {}));
  const properties = ownPropertiesOf(schema);
  const required = new Set([schema['required']].flat());
  return headerFieldsOf(headers)
    .filter(({ name }) => !describedElsewhere.has(name))
    .map(({ name }) => ({
      name,
      in: 'header',
      ...(required.has(name) && { required: true }),
      ...describedSchema(properties.get(name) ?? true),
    }));
}

function describedSchema(property: unknown): JsonObject {
  // A property of a validated schema is a schema.
  const schema = property as JsonSchema;
  if (typeof schema === 'boolean') return { schema: schema ? {} : { not: {} } };
  const { description } = schema;
  return { ...(description !== undefined && { description }), schema };
}

function headerParameters(endpoint: Endpoint): readonly JsonObject[] {
  return sharedNamesOf(endpoint).map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function sharedNamesOf(endpoint: Endpoint): readonly (keyof typeof headers)[] {
  const key = idempotencyKeyOf(endpoint);
  return [
    ...(key === undefined ? [] : [key]),
    ...(isConditional(endpoint) ? (['IfNoneMatch', 'IfMatch'] as const) : []),
  ];
}

/** Retries matter for calls that change something. */
function idempotencyKeyOf({ delivery, method, idempotency }: Endpoint): keyof typeof headers | undefined {
  if (idempotency) return 'CallersIdempotencyKey';
  const isSafe = isAnswered(delivery) && (method === 'GET' || method === 'HEAD');
  return isSafe ? undefined : 'IdempotencyKey';
}

/** The parameters that operations share, if any has them. */
export function sharedParametersOf(endpoints: readonly Endpoint[]): JsonObject {
  const used = new Set<string>(endpoints.flatMap(sharedNamesOf));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => used.has(name)));
}

const headers = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      "Becomes the message's id. A message whose id is already stored is not stored again, so retrying a call with the same key is safe.",
    schema: { type: 'string', format: 'uuid' },
  },
  CallersIdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Scoped to the caller and this endpoint. A call retried with it is answered like the first one, with `Idempotency-Replayed: true`; 409 while that is running, 422 if it was a different call.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]*$' },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of the reply that the caller has: if that is current, the answer is a 304.',
    schema: { type: 'string', examples: ['"7"'] },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'The `ETag` of the reply that the caller expects: if that is not current, the answer is a 412.',
    schema: { type: 'string', examples: ['"7"'] },
  },
};
