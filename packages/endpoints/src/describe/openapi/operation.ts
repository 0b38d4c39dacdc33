import { deliveries } from '../../deliveries/deliveries.ts';
import type { OperationPlace } from './operation-place.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Endpoint } from '../../model/model.ts';
import { replySchemaOf } from '../reply-schema.ts';
import { parametersOf } from './parameters.ts';
import { problemResponseOf } from './problems.ts';
import { securityOf } from './security.ts';

/** Describes an endpoint as an OpenAPI operation. */
export function operationOf(endpoint: Endpoint, place: OperationPlace): JsonObject {
  const { summary, description, body } = endpoint;
  const { operationId, typeName, shelf } = place;
  const parameters = parametersOf(endpoint, place);
  return {
    operationId,
    ...(summary !== '' && { summary }),
    ...(description !== '' && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: asJson(shelf.place(`${typeName}Body`, body)) },
    }),
    responses: {
      [endpoint.status]: successOf(endpoint, place),
      default: problemResponseOf(endpoint.delivery),
    },
    ...(place.model.auth && { security: securityOf(endpoint.access) }),
    'x-restmapper': extensionOf(endpoint),
  };
}

/** Statuses whose answers have no body, by RFC 9110. */
const bodilessStatuses: ReadonlySet<number> = new Set([204, 205]);

function successOf(endpoint: Endpoint, { typeName, shelf, model }: OperationPlace): JsonObject {
  const { method, delivery, status } = endpoint;
  const isBodiless = method === 'HEAD' || bodilessStatuses.has(status);
  const success = deliveries[delivery.kind].success;
  const schema = success.schema ?? shelf.place(`${typeName}Reply`, replySchemaOf(endpoint, model) ?? true);
  return {
    description: success.description,
    headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } },
    ...(!isBodiless && { content: asJson(schema) }),
  };
}

function asJson(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}

function extensionOf({ key, delivery, feed, exchange }: Endpoint): JsonObject {
  return {
    key,
    delivery: delivery.kind,
    ...(feed !== undefined && { feed }),
    exchange,
    timeoutMs: delivery.timeoutMs,
  };
}
