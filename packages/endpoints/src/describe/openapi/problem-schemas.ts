import type { DeliverySpec } from '../../deliveries/delivery-spec.ts';
import { deliveries } from '../../deliveries/deliveries.ts';
import type { ProblemCode } from '@restmapper/core';
import type { JsonObject } from '../../model/json.ts';
import type { Model } from '../../model/model.ts';

/** The error responses of any call; see docs/wire-protocol.md. */
export const commonCodes: readonly ProblemCode[] = [
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
  'INVALID_HEADERS',
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

const problem: JsonObject = {
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
};

/** An RFC 9457 problem, and its variants for the kinds of endpoint in a model. */
export function problemSchemas({ endpoints }: Model): JsonObject {
  const used = Object.values(deliveries).filter(({ key }) =>
    endpoints.some(({ delivery }) => delivery.kind === key),
  );
  const variants = used.map((spec) => [spec.problems.name, problemSchema(spec)]);
  return { Problem: problem, ...Object.fromEntries(variants) };
}

function problemSchema({ isAnswered, problems }: DeliverySpec): JsonObject {
  const known = { type: 'string', enum: [...commonCodes, ...problems.codes] };
  if (!isAnswered) return problemWith(known);
  return problemWith({
    anyOf: [known, { type: 'string', pattern: codePattern, description: "The worker's own code." }],
  });
}

function problemWith(code: JsonObject): JsonObject {
  return {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object', required: ['code'], properties: { code } },
    ],
  };
}
