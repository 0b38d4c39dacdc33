import type { CloudEvent } from '@restmapper/core';
import type { JsonObject } from '../model/json.ts';
import type { Endpoint, Source } from '../model/model.ts';

const text = { type: 'string', minLength: 1 };

/** An optional attribute may be written as null, and is then absent. */
const optionalText = { type: ['string', 'null'], minLength: 1 };

/**
 * The schema of a CloudEvent in its JSON format, for documents: TypeScript could not tell the type of extensions
 * from that of the data.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes
 */
export const describedEvent = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type'],
  properties: {
    specversion: { const: '1.0' },
    id: { ...text, description: 'Identifies the event among those of its source.' },
    source: { ...text, format: 'uri-reference', description: 'The context in which it happened.' },
    type: { ...text, description: 'The kind of occurrence, such as `com.example.order.placed`.' },
    subject: { ...optionalText, description: 'What of the source it is about.' },
    time: { ...optionalText, format: 'date-time', description: 'When it happened.' },
    dataschema: { ...optionalText, format: 'uri', description: 'The schema of its data.' },
    datacontenttype: { ...optionalText, description: 'The media type of its data, which is JSON.' },
  },
  additionalProperties: true,
} as const satisfies JsonObject;

/** The schema of a CloudEvent without its data. */
export const cloudEventSchema = {
  ...describedEvent,
  additionalProperties: {
    type: ['string', 'integer', 'boolean', 'null'],
    minimum: -(2 ** 31),
    maximum: 2 ** 31 - 1,
  },
} as const satisfies JsonObject;

/** The schema of a CloudEvent with its data, which is required if it has a schema. */
export function eventWith(data: JsonObject | undefined): JsonObject {
  const { required, properties } = describedEvent;
  return {
    ...describedEvent,
    required: data ? [...required, 'data'] : required,
    properties: { ...properties, data: data ?? { type: 'null' } },
  };
}

export interface OwnEventOptions {
  readonly messageId: string;
  readonly timestampMs: number;
}

/** What an event says about where it comes from; a source without a path is named by its exchange. */
type EventSource = Pick<Source, 'key' | 'exchange' | 'delivery'> & Partial<Pick<Endpoint, 'path'>>;

/** The CloudEvent that a call becomes unless it is one; `undefined` if the endpoint has no CloudEvents. */
export function ownEventOf(
  { key, exchange, delivery, path = exchange }: EventSource,
  { messageId, timestampMs }: OwnEventOptions,
): CloudEvent | undefined {
  if (!delivery.cloudEvents) return undefined;
  return {
    specversion: '1.0',
    id: messageId,
    // It has no other characters outside of a URI than the braces of parameters.
    source: encodeURI(path),
    type: key,
    time: new Date(timestampMs).toISOString(),
    datacontenttype: 'application/json',
  };
}
