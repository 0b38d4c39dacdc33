import { cloudEventMediaType, isJsonType } from '@restmapper/core';
import { eventWith } from '../../deliveries/cloud-events.ts';
import { deliveries } from '../../deliveries/deliveries.ts';
import type { OperationPlace } from './operation-place.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Endpoint } from '../../model/model.ts';
import { isConditional } from './problem-conditions.ts';
import { answerHeadersOf } from '../reply-header-schemas.ts';
import { replySchemaOf, replyStatusOf } from '../reply-schema.ts';
import { openObjects } from './open-objects.ts';
import { parametersOf } from './parameters.ts';
import { securityOf } from './security.ts';

/** Describes an endpoint as an OpenAPI operation. */
export function operationOf(endpoint: Endpoint, place: OperationPlace): JsonObject {
  const { key, description, body } = endpoint;
  const { operationId, typeName, shelf, problems } = place;
  const parameters = parametersOf(endpoint, place);
  return {
    operationId,
    tags: endpoint.tags,
    summary: endpoint.summary || key,
    ...(description !== '' && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...requestOf(
      endpoint,
      body === undefined ? undefined : shelf.place(`${typeName}Body`, openObjects(body)),
    ),
    responses: {
      [replyStatusOf(endpoint, place.model)]: successOf(endpoint, place),
      ...(isConditional(endpoint) && { 304: notModified }),
      ...problems.refsFor(endpoint),
    },
    ...(place.model.auth && { security: securityOf(endpoint.access) }),
    'x-restmapper': extensionOf(endpoint),
  };
}

/** Statuses whose answers have no body, by RFC 9110. */
const bodilessStatuses: ReadonlySet<number> = new Set([204, 205]);

function successOf(endpoint: Endpoint, { typeName, shelf, model }: OperationPlace): JsonObject {
  const { method, delivery } = endpoint;
  const isBodiless = method === 'HEAD' || bodilessStatuses.has(replyStatusOf(endpoint, model));
  const success = deliveries[delivery.kind].success(delivery);
  const reply = openObjects(replySchemaOf(endpoint, model) ?? true);
  const schema = success.schema ?? shelf.place(`${typeName}Reply`, reply);
  const content = endpoint.produces.map((type) => [type, contentOf(type, schema)]);
  return {
    description: success.description,
    headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' }, ...answerHeadersOf(endpoint) },
    ...(!isBodiless && { content: Object.fromEntries(content) }),
  };
}

/** Bytes need no schema in OpenAPI, but generators of clients take a body without one for `unknown`. */
const bytes: JsonObject = { type: 'string', format: 'binary' };

function contentOf(type: string, schema: JsonObject): JsonObject {
  if (isJsonType(type)) return { schema };
  return { schema: type.startsWith('text/') ? { type: 'string' } : bytes };
}

const notModified: JsonObject = {
  description: 'The caller has the current reply, by `If-None-Match` or `If-Modified-Since`.',
  headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } },
};

/** The body of a request, unless it has none; with `cloudEvents` it may be an event, whose data has the schema. */
function requestOf({ delivery, consumes }: Endpoint, schema: JsonObject | undefined): JsonObject {
  if (!delivery.cloudEvents) {
    if (!schema) return {};
    // No schema is applied to bytes.
    const content = consumes.map(({ type, format }) => [
      type,
      { schema: format === 'binary' ? bytes : schema },
    ]);
    return { requestBody: { required: true, content: Object.fromEntries(content) } };
  }
  const event = { [cloudEventMediaType]: { schema: eventWith(schema) } };
  const description = schema
    ? 'JSON, which is the data of a CloudEvent if there are headers such as `ce-id`; or a CloudEvent.'
    : 'Nothing, or a CloudEvent without data.';
  const content = { ...(schema && asJson(schema)), ...event };
  return { requestBody: { description, required: schema !== undefined, content } };
}

function asJson(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}

function extensionOf({ key, delivery, feed, exchange }: Endpoint): JsonObject {
  return {
    key,
    delivery: delivery.kind,
    ...(feed !== undefined && { feed }),
    ...(exchange !== '' && { exchange }),
    ...(delivery.foreign?.kind === 'queue' && { queue: delivery.foreign.queue }),
    timeoutMs: delivery.timeoutMs,
  };
}
