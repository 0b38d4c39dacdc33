import { foreignMessageId } from './message-id.ts';

/**
 * The attributes of a CloudEvent: everything but its data.
 *
 * ```json
 * {"specversion":"1.0","id":"7","source":"/shop","type":"com.example.order.placed","comexamplepriority":2}
 * ```
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface CloudEvent {
  /** The version of CloudEvents. */
  readonly specversion: '1.0';
  /** Unique among the events of its source. */
  readonly id: string;
  /** A URI reference. */
  readonly source: string;
  /** The kind of occurrence. */
  readonly type: string;
  /** What of the source it is about. */
  readonly subject?: string;
  /** In the format of RFC 3339. */
  readonly time?: string;
  /** The URI of the schema of its data. */
  readonly dataschema?: string;
  /** The media type of its data, which is JSON. */
  readonly datacontenttype?: string;
  /** An extension; its name has only lowercase letters and digits. */
  readonly [extension: string]: AttributeValue | undefined;
}

/** The value of an attribute; a number is whole. */
export type AttributeValue = string | number | boolean;

/** The media type of an event with its data, in the JSON format. */
export const cloudEventMediaType = 'application/cloudevents+json';

/** Names that an attribute cannot have: those of the data, and those of the envelope's other parts. */
export const reservedAttributes: ReadonlySet<string> = new Set([
  'data',
  'data_base64',
  'args',
  'params',
  'headers',
  'identity',
]);

const attributeName = /^[a-z\d]+$/;

/** Whether CloudEvents allow an attribute of this name. */
export function isAttributeName(name: string): boolean {
  return attributeName.test(name);
}

/** Maps an event's source and id, which identify it, to the UUIDv5 of its message. */
export function eventMessageId({ source, id }: Pick<CloudEvent, 'source' | 'id'>): string {
  return foreignMessageId(JSON.stringify([source, id]));
}
