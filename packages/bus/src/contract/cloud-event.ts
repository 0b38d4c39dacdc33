import { isUtf8 } from 'node:buffer';
import {
  type AttributeValue,
  type CloudEvent,
  cloudEventMediaType,
  isAttributeName,
  readMembers,
  reservedAttributes,
} from '@restmapper/core';
import { encodeEnvelope, type Envelope } from './envelope.ts';
import type { Message } from './message.ts';

/** The body of a message and its content type: an envelope, and with an event also a CloudEvent. */
export function encodeContent(
  envelope: Envelope,
  event: CloudEvent | undefined,
): Pick<Message, 'body' | 'contentType'> {
  return event
    ? { body: encodeCloudEvent(event, envelope), contentType: cloudEventMediaType }
    : { body: encodeEnvelope(envelope) };
}

/**
 * Encodes an envelope that is also a CloudEvent in its JSON format.
 *
 * The attributes of an event cannot be objects, so `args`, `params`, `headers` and `identity` are texts of JSON.
 *
 * ```json
 * {"specversion":"1.0","id":"7","source":"/shop","type":"placed","args":"{\"limit\":20}","data":{"a":1.0}}
 * ```
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
function encodeCloudEvent(event: CloudEvent, { data, args, params, headers, identity }: Envelope): Buffer {
  const attributes = JSON.stringify({
    ...event,
    ...(String(args) !== 'null' && { args: String(args) }),
    ...(params && { params: String(params) }),
    ...(headers && { headers: String(headers) }),
    ...(identity && { identity: String(identity) }),
  });
  return Buffer.concat([Buffer.from(`${attributes.slice(0, -1)},"data":`), data, Buffer.from('}')]);
}

/**
 * Reads the attributes of an envelope with a `specversion`.
 *
 * The body is untrusted: without valid required attributes the result is `undefined`; other invalid attributes
 * are dropped.
 * @throws SyntaxError if an attribute is not JSON in UTF-8.
 */
export function readCloudEvent(body: Buffer): CloudEvent | undefined {
  if (!isUtf8(body)) throw new SyntaxError('it is not UTF-8');
  const attributes: Attributes = {};
  for (const { name, value } of readMembers(body)) {
    if (reservedAttributes.has(name) || !isAttributeName(name)) continue;
    const parsed: unknown = JSON.parse(value.toString());
    if (isAttributeValue(parsed)) attributes[name] = parsed;
  }
  return isCloudEvent(attributes) ? attributes : undefined;
}

/** Attributes of a message of any program. */
type Attributes = Record<string, AttributeValue | undefined>;

function isAttributeValue(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isInteger(value);
}

const texts = ['subject', 'time', 'dataschema', 'datacontenttype'] as const;

function isCloudEvent(attributes: Attributes): attributes is Attributes & CloudEvent {
  const { specversion, id, source, type } = attributes;
  return (
    specversion === '1.0' &&
    [id, source, type].every((value) => typeof value === 'string' && value !== '') &&
    texts.every((name) => attributes[name] === undefined || typeof attributes[name] === 'string')
  );
}
