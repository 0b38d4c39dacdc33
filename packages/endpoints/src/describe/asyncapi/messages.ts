import { cloudEventMediaType, isJsonType } from '@restmapper/core';
import { describedEvent } from '../../deliveries/cloud-events.ts';
import { isAnswered } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import type { JsonSchema, Source } from '../../model/model.ts';
import { defaultTypeOf } from '../../model/reply-rules.ts';
import { replyHeaderSchemas } from '../reply-header-schemas.ts';
import { bodyFormatsOf, isEndpoint } from '../../model/sources.ts';
import { partitionHeaders } from './routing.ts';
import type { SchemaShelf } from '../openapi/schema-shelf.ts';

/** AsyncAPI's default schemas are of an older draft, so these declare their format. */
export const schemaFormat = 'application/schema+json;version=draft-2020-12';

/** Describes the message of a call, under `#/components/messages/<name>`. */
export function requestMessage(source: Source, { name, shelf }: MessagePlace): JsonObject {
  const { key, summary, delivery } = source;
  return {
    name,
    title: key,
    ...(summary !== '' && { summary }),
    contentType: delivery.cloudEvents ? cloudEventMediaType : (rawTypesOf(source)[0] ?? 'application/json'),
    headers: { type: 'object', properties: headersOf(source) },
    ...(isAnswered(delivery) && { correlationId: { location: '$message.header#/correlation_id' } }),
    payload: { schemaFormat, schema: contentOf(source, { name, shelf }) },
    // Other applications set any type, or none.
    ...(!source.origin && { bindings: { amqp: { messageType: key, bindingVersion: '0.3.0' } } }),
  };
}

/** The name of a message, and the shelf for shared schemas of its document. */
export interface MessagePlace {
  readonly name: string;
  readonly shelf: SchemaShelf;
}

/** See docs/wire-protocol.md; the other headers are internal. */
function headersOf(source: Source): JsonObject {
  const { delivery } = source;
  return {
    'x-request-id': { type: 'string', description: 'The request id that was returned to the caller.' },
    traceparent: { type: 'string', description: 'The trace, in W3C Trace Context format.' },
    ...partitionHeaders(source),
    ...(delivery.expiresMs !== undefined && {
      'x-expires': {
        type: 'integer',
        description: 'When the event is no longer processed, in epoch milliseconds.',
      },
    }),
    ...(isAnswered(delivery) && {
      'x-deadline': { type: 'integer', description: 'When the caller stops waiting, in epoch milliseconds.' },
      'x-remaining-ms': {
        type: 'integer',
        description: 'The milliseconds left until the deadline when the request was sent.',
      },
    }),
  };
}

function contentOf(source: Source, place: MessagePlace): JsonObject {
  const { body, query, params, headers, access, delivery } = source;
  const { name, shelf } = place;
  const { cloudEvents, foreign } = delivery;
  const schemaOf = (part: string, schema: JsonSchema): JsonObject =>
    titled(`${name}${part}`, shelf.place(`${name}${part}`, schema));
  if (foreign?.format === 'raw' || source.origin)
    return rawContentOf(source, () => schemaOf('Body', body ?? { type: 'null' }));
  const propertyOf = (schema: JsonObject): JsonObject => (cloudEvents ? textOf(schema) : schema);
  const hasArgs = query !== undefined || !cloudEvents;
  const required = [
    'data',
    ...(hasArgs ? ['args'] : []),
    ...(params === undefined ? [] : ['params']),
    ...(headers === undefined ? [] : ['headers']),
    ...(access?.kind === 'protected' ? ['identity'] : []),
  ];
  const properties = {
    ...bodyOf(source, () => schemaOf('Body', body ?? { type: 'null' })),
    ...(hasArgs && { args: propertyOf(schemaOf('Args', query ?? { type: 'null' })) }),
    ...(params !== undefined && { params: propertyOf(schemaOf('Params', params)) }),
    ...(headers !== undefined && { headers: propertyOf(schemaOf('Headers', headers)) }),
    identity: propertyOf(identity),
  };
  const envelope = { title: name, type: 'object', required, properties };
  return cloudEvents ? asEvent(envelope) : envelope;
}

/** The media types that an endpoint sends on as they come; none if its messages are envelopes. */
function rawTypesOf(source: Source): readonly string[] {
  if (source.delivery.foreign?.format !== 'raw' || !isEndpoint(source)) return [];
  return source.consumes.map(({ type }) => type);
}

/** A body as it was sent. */
function rawContentOf(source: Source, schema: () => JsonObject): JsonObject {
  const types = rawTypesOf(source);
  const others = types.filter((type) => !isJsonType(type));
  const schemas = [
    ...(others.length === types.length && types.length > 0 ? [] : [schema()]),
    ...others.map(textOrBytes),
  ];
  const [only] = schemas;
  return only && schemas.length === 1 ? only : { anyOf: schemas };
}

/** The data of a message, and how it holds a body that is not JSON. */
function bodyOf(source: Source, schema: () => JsonObject): JsonObject {
  const formats = bodyFormatsOf(source);
  const bytes = formats.includes('binary') ? [{ type: 'string', contentEncoding: 'base64' }] : [];
  const schemas = [...(formats.every((format) => format === 'binary') ? [] : [schema()]), ...bytes];
  const encodings = formats.filter((format) => format === 'text' || format === 'binary');
  return {
    data: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
    ...(encodings.length > 0 && {
      encoding: { enum: encodings.map((format) => (format === 'text' ? 'text' : 'base64')) },
    }),
    ...(isEndpoint(source) && source.hasRaw && { raw: { type: ['boolean', 'string'] } }),
  };
}

/** An envelope that is also a CloudEvent. */
function asEvent({ title, required, properties }: EnvelopeSchema): JsonObject {
  return {
    title,
    ...describedEvent,
    required: [...describedEvent.required, ...required],
    properties: { ...describedEvent.properties, ...properties },
  };
}

interface EnvelopeSchema {
  readonly title: string;
  readonly required: readonly string[];
  readonly properties: JsonObject;
}

/** The attributes of a CloudEvent cannot be objects: there, a part is a text of JSON. */
function textOf(contentSchema: JsonObject): JsonObject {
  return { type: 'string', contentMediaType: 'application/json', contentSchema };
}

const identity: JsonObject = {
  title: 'Identity',
  type: 'object',
  description: 'The caller; absent if anonymous.',
  required: ['subject', 'scheme', 'scopes', 'claims'],
  properties: {
    subject: { type: 'string', description: "The caller's name within its scheme." },
    scheme: { type: 'string', description: 'The scheme that authenticated the caller.' },
    scopes: { type: 'array', items: { type: 'string' }, description: 'The scopes granted to the caller.' },
    claims: { type: 'object', description: 'The claims that the scheme passes on.' },
  },
};

/** Describes the reply to a request: the answer's body, or an error. */
export function replyMessage(source: Source, { name, shelf }: MessagePlace): JsonObject {
  const { key, reply, produces = ['application/json'] } = source;
  const success = produces.some(isJsonType)
    ? [titled(`${name}Success`, shelf.place(`${name}Success`, reply ?? true))]
    : [];
  const others = produces.filter((type) => !isJsonType(type));
  return {
    name,
    title: `Reply to ${key}`,
    contentType: defaultTypeOf(source),
    headers: {
      type: 'object',
      properties: {
        status: {
          type: 'integer',
          minimum: 200,
          maximum: 599,
          description: 'The HTTP status of the answer.',
        },
        'x-reply': {
          enum: ['value', 'error'],
          description: 'Whether the body is a value, whatever its content, or an error.',
        },
        ...replyHeaderSchemas(source),
      },
    },
    ...(produces.length > 1 && { 'x-restmapper': { produces } }),
    correlationId: { location: '$message.header#/correlation_id' },
    payload: {
      schemaFormat,
      schema: { title: name, anyOf: [...success, ...others.map(textOrBytes), failure] },
    },
  };
}

/** The body as it is. */
function textOrBytes(contentMediaType: string): JsonObject {
  return { type: 'string', contentMediaType };
}

/** Generators name types after the titles of schemas. */
function titled(title: string, schema: JsonObject): JsonObject {
  return '$ref' in schema || 'title' in schema ? schema : { title, ...schema };
}

const failure: JsonObject = {
  title: 'Failure',
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
