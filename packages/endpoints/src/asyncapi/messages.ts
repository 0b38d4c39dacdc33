import type { JsonObject } from '../json.ts';
import type { Endpoint, JsonSchema } from '../model.ts';
import { relocateSchema } from '../relocated-schema.ts';

/** AsyncAPI's own schemas are of an older draft, so ours say what they are. */
const schemaFormat = 'application/schema+json;version=draft-2020-12';

/** Describes the message that a call becomes, under `#/components/messages/<name>`. */
export function requestMessage(endpoint: Endpoint, name: string): JsonObject {
  const { key, summary, delivery } = endpoint;
  return {
    name,
    title: key,
    ...(summary !== '' && { summary }),
    contentType: 'application/json',
    headers: { type: 'object', properties: headersOf(endpoint) },
    ...(delivery.kind === 'rpc' && { correlationId: { location: '$message.header#/correlation_id' } }),
    payload: { schemaFormat, schema: envelopeOf(endpoint, placeOf(name)) },
    bindings: { amqp: { messageType: key, bindingVersion: '0.3.0' } },
  };
}

function placeOf(name: string): string {
  return `#/components/messages/${name}/payload/schema`;
}

/** See docs/wire-protocol.md; the others only follow a message on its way. */
function headersOf({ delivery }: Endpoint): JsonObject {
  return {
    'x-request-id': { type: 'string', description: 'The id that the caller was answered with.' },
    traceparent: { type: 'string', description: 'The trace, by W3C Trace Context.' },
    ...(delivery.kind === 'rpc' && {
      'x-deadline': { type: 'integer', description: 'When the caller stops waiting, in epoch milliseconds.' },
    }),
  };
}

function envelopeOf({ body, query, params, access }: Endpoint, place: string): JsonObject {
  const propertyOf = (name: string, schema: JsonSchema): JsonObject =>
    relocateSchema(schema, `${place}/properties/${name}`);
  return {
    type: 'object',
    required: [
      'data',
      'args',
      ...(params === undefined ? [] : ['params']),
      ...(access.kind === 'public' ? [] : ['identity']),
    ],
    properties: {
      data: propertyOf('data', body ?? { type: 'null' }),
      args: propertyOf('args', query ?? { type: 'null' }),
      ...(params !== undefined && { params: propertyOf('params', params) }),
      identity,
    },
  };
}

const identity: JsonObject = {
  type: 'object',
  description: 'Who calls; absent for an anonymous caller.',
  required: ['subject', 'scheme', 'scopes', 'claims'],
  properties: {
    subject: { type: 'string', description: 'Who it is, in the words of the scheme.' },
    scheme: { type: 'string', description: 'The scheme that knows the caller.' },
    scopes: { type: 'array', items: { type: 'string' }, description: 'What the caller may do.' },
    claims: { type: 'object', description: 'What else the scheme was asked to tell.' },
  },
};

/** Describes the reply to a request: the answer's body, or an error. */
export function replyMessage({ key, reply }: Endpoint, name: string): JsonObject {
  const success = relocateSchema(reply ?? true, `${placeOf(name)}/anyOf/0`);
  return {
    name,
    title: `Reply to ${key}`,
    contentType: 'application/json',
    headers: {
      type: 'object',
      properties: {
        status: {
          type: 'integer',
          minimum: 200,
          maximum: 599,
          description: 'The HTTP status of the answer.',
        },
      },
    },
    correlationId: { location: '$message.header#/correlation_id' },
    payload: { schemaFormat, schema: { anyOf: [success, failure] } },
  };
}

const failure: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: ['integer', 'string'], description: 'A status from 400 to 599, or a code.' },
        description: { type: 'string' },
      },
    },
  },
};
