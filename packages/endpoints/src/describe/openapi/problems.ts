import type { DeliverySpec } from '../../deliveries/delivery-spec.ts';
import { deliveries } from '../../deliveries/deliveries.ts';
import type { ProblemCode } from '@restmapper/core';
import type { JsonObject } from '../../model/json.ts';
import type { EndpointDelivery } from '../../model/model.ts';

/** The error responses of any call; see docs/wire-protocol.md. */
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

/** An RFC 9457 problem, and its variants per kind of endpoint. */
export const problemSchemas = (): JsonObject => ({
  Problem: {
    description: 'A problem in RFC 9457 format. Compare `code`; titles and details may change.',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri', description: '`urn:restmapper:problem:` and the code.' },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string' },
      code: { type: 'string', pattern: codePattern },
      requestId: { type: 'string', description: 'Identifies the request in the log, with the reason.' },
      idempotencyKey: {
        type: 'string',
        description: 'The key for a safe retry, if that is not `messageId`.',
      },
      messageId: {
        type: 'string',
        format: 'uuid',
        description: 'The message that may have been sent; use it as `Idempotency-Key` for a safe retry.',
      },
      errors: {
        type: 'array',
        maxItems: 50,
        items: {
          type: 'object',
          required: ['pointer', 'detail'],
          properties: {
            pointer: { type: 'string', description: 'The place, as an RFC 6901 pointer.' },
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
    anyOf: [known, { pattern: codePattern, description: "The worker's own code." }],
  });
}

function problemWith(code: JsonObject): JsonObject {
  return { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code } }] };
}

/** The components for all error responses. */
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

/** Refers to an error response. */
export function problemResponseOf({ kind }: EndpointDelivery): JsonObject {
  return { $ref: `#/components/responses/${deliveries[kind].problems.name}` };
}
