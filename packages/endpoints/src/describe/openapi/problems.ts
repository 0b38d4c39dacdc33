import type { DeliverySpec } from '../../deliveries/delivery-spec.ts';
import { deliveries } from '../../deliveries/deliveries.ts';
import type { ProblemCode } from '@restmapper/core';
import type { JsonObject } from '../../model/json.ts';
import type { EndpointDelivery } from '../../model/model.ts';

/** What any call may be answered; see docs/wire-protocol.md for when. */
const commonCodes: readonly ProblemCode[] = [
  'MALFORMED_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INSUFFICIENT_SCOPE',
  'AUTH_UNAVAILABLE',
  'RATE_LIMITED',
  'TOO_MANY_CONNECTIONS',
  'FORBIDDEN_ORIGIN',
  'FOREIGN_HOST',
  'INVALID_JSON',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'INVALID_BODY',
  'INVALID_QUERY',
  'INVALID_PARAMS',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
  'OVERLOADED',
  'BROKER_UNAVAILABLE',
  'BROKER_BLOCKED',
  'BROKER_REFUSED',
  'NOT_DECLARED',
  'UNROUTABLE',
  'PUBLISH_TIMEOUT',
  'UNANSWERED',
];

const codePattern = '^[A-Z][A-Z0-9_]{0,63}$';

/** An RFC 9457 problem, and what becomes of it for each way of travel. */
export const problemSchemas = (): JsonObject => ({
  Problem: {
    description: 'What went wrong, as RFC 9457 says it. Compare `code`; titles and details may change.',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri', description: '`urn:restmapper:problem:` and the code.' },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string' },
      code: { type: 'string', pattern: codePattern },
      requestId: { type: 'string', description: 'Leads to the reason in the log.' },
      idempotencyKey: {
        type: 'string',
        description: 'What makes repeating safe where that is not `messageId`.',
      },
      messageId: {
        type: 'string',
        format: 'uuid',
        description: 'The message that may have been sent; as `Idempotency-Key` it makes repeating safe.',
      },
      errors: {
        type: 'array',
        maxItems: 50,
        items: {
          type: 'object',
          required: ['pointer', 'detail'],
          properties: {
            pointer: { type: 'string', description: 'Where, as RFC 6901 says it.' },
            detail: { type: 'string' },
          },
        },
      },
    },
  },
  ...Object.fromEntries(Object.values(deliveries).map((spec) => [spec.problems.name, problemSchema(spec)])),
});

function problemSchema({ isAnswered, problems }: DeliverySpec): JsonObject {
  const known = { enum: [...commonCodes, ...problems.codes] };
  if (!isAnswered) return problemWith(known);
  return problemWith({
    anyOf: [known, { pattern: codePattern, description: "A code of the worker's own." }],
  });
}

function problemWith(code: JsonObject): JsonObject {
  return { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code } }] };
}

/** The components that stand for every answer other than success. */
export const problemResponses = (): JsonObject =>
  Object.fromEntries(
    Object.values(deliveries).map(({ problems: { name, description } }) => [
      name,
      problemResponse(name, description),
    ]),
  );

function problemResponse(schema: string, description: string): JsonObject {
  return {
    description,
    headers: {
      'x-request-id': { $ref: '#/components/headers/RequestId' },
      'retry-after': { $ref: '#/components/headers/RetryAfter' },
    },
    content: { 'application/problem+json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

/** Refers to the answer that a call gets when it does not succeed. */
export function problemResponseOf({ kind }: EndpointDelivery): JsonObject {
  return { $ref: `#/components/responses/${deliveries[kind].problems.name}` };
}
