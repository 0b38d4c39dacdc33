import { brand, isJsonType, parseMediaType, parseReplyHeaders } from '@restmapper/core';

/** What a reply has besides its value. */
export interface ReplyOptions {
  /** The HTTP status, 200 to 599. @default the endpoint's */
  readonly status?: number;
  /**
   * The media type, one of the endpoint's `produces`; text is sent in UTF-8.
   *
   * @default JSON, or the first of `produces` if JSON is not among them
   */
  readonly type?: string;
  /** Headers of the response; those that are `undefined` are left out. @default none */
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
}

/** A reply with a status, a media type or headers of its own; created by {@link reply}. */
export class FullReply<Value = unknown> {
  readonly value: Value;
  readonly status: number | undefined;
  readonly type: string | undefined;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;

  static {
    brand(this, 'FullReply');
  }

  constructor(value: Value, { status, type, headers = {} }: ReplyOptions) {
    this.value = value;
    this.status = status;
    this.type = type;
    this.headers = parseReplyHeaders(headers);
  }
}

const bodilessStatuses: ReadonlySet<number | undefined> = new Set([204, 205, 304]);

/**
 * Creates a reply with a status, a media type or headers of its own, for a handler to return.
 *
 * ```ts
 * import { defineHandler, reply } from 'restmapper/worker';
 *
 * export const created = defineHandler(async () => {
 *   return reply({ id: 7 }, { status: 201, headers: { location: '/orders/7', etag: '"1"' } });
 * });
 * export const exported = defineHandler(async () => reply('id,item\n7,tea\n', { type: 'text/csv' }));
 * ```
 *
 * The value is sent as JSON. With a type that is not JSON it is text or bytes; with a JSON type, bytes are sent as
 * they are. A 204, 205 or 304 has no value.
 * @throws TypeError, RangeError if HTTP cannot carry it. A type or a header that the endpoint does not declare is
 * answered 502 `BAD_REPLY`.
 */
export function reply<Value = null>(value: Value, options: ReplyOptions = {}): FullReply<Value> {
  const { status, type } = options;
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw new RangeError(`the status ${status} is not one of 200 to 599`);
  }
  if (bodilessStatuses.has(status)) {
    if (value !== null && value !== undefined) throw new TypeError(`a ${status} has no body; pass null`);
  } else if (type !== undefined) assertValue(value, type);
  return new FullReply(value, options);
}

/** @throws TypeError unless the value can be sent as a media type. */
export function assertValue(value: unknown, type: string): void {
  const parsed = parseMediaType(type);
  if (!parsed) throw new TypeError(`the type ${JSON.stringify(type)} is not a media type`);
  const charset = parsed.parameters.get('charset') ?? 'utf-8';
  if (isJsonType(parsed.essence) || value instanceof Uint8Array) return;
  if (typeof value !== 'string') throw new TypeError(`a reply of the type ${type} must be text or bytes`);
  if (charset.toLowerCase() === 'utf-8') return;
  throw new TypeError(`text is sent in UTF-8; for the type ${type} pass a Buffer`);
}
