import type { IncomingMessage } from 'node:http';
import { type CloudEvent, requestError, type RequestError } from '@restmapper/core';
import { type DataEncoding, type Message, rawOf } from '@restmapper/bus';
import { consumedJson, type Endpoint, type JsonSchema, type SchemaCompiler } from '@restmapper/endpoints';
import { createFormatReaders } from './body-formats.ts';
import { maxDataBytes, tooLongForMessage } from './body-judge.ts';
import { createTypeFinder } from './consumed-type.ts';
import { announcesBody, type BodyReadOptions, readBody } from './body-reader.ts';
import { parseJsonBody } from './json-body.ts';
import type { GatewayLimits } from './limits.ts';

/** What a request carries. */
export interface Content {
  /** The JSON of the envelope's `data`: the original bytes of JSON, unless a default was filled in. */
  readonly data: Buffer;
  /** How `data` is encoded, if the body is neither JSON nor a form. */
  readonly encoding?: DataEncoding;
  /** The envelope's `raw`, if workers also get the body as sent. */
  readonly raw?: Buffer;
  /** What a raw message is: the body as sent, JSON with its defaults, and its media type. */
  readonly sent?: Pick<Message, 'body' | 'contentType'>;
  /** Its attributes, if it is a CloudEvent. */
  readonly event?: CloudEvent | undefined;
}

/** Reads a request's body. */
export type DataReader = (request: IncomingMessage, options: ReadOptions) => Promise<Content>;

/** How all bodies are read. */
export type ReadOptions = Omit<BodyReadOptions, 'maxBytes'>;

export interface DataReaderOptions {
  readonly compiler: SchemaCompiler;
  readonly limits: GatewayLimits;
}

/** The data of a request without any. */
export const jsonNull = Buffer.from('null');

/**
 * Creates the reader of an endpoint's body.
 *
 * The reader throws RequestError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, REQUEST_TIMEOUT, OVERLOADED,
 * INVALID_JSON, MALFORMED_REQUEST, INVALID_BODY; or CALLER_LEFT.
 */
export function createDataReader(endpoint: Endpoint, options: DataReaderOptions): DataReader {
  return endpoint.body === undefined ? refuseBody : createBodyReader(endpoint.body, endpoint, options);
}

function createBodyReader(schema: JsonSchema, endpoint: Endpoint, options: DataReaderOptions): DataReader {
  const { consumes, hasRaw, delivery } = endpoint;
  const isSentRaw = delivery.foreign?.format === 'raw';
  const findType = createTypeFinder(consumes);
  const readers = {
    ...createFormatReaders(schema, options),
    // Base64 would be for nothing.
    ...(isSentRaw && { binary: () => ({ data: jsonNull, violations: [] }) }),
  };
  const takesJson = consumes.some(({ type }) => type === consumedJson.type);
  return async (request, read) => {
    // Without a body, it is JSON that is missing, whatever the Content-Type.
    const isJson = takesJson && !announcesBody(request) && (consumes.length === 1 || !hasType(request));
    const { format } = isJson ? consumedJson : findType(request);
    const bytes = await readBytes(request, { ...options, ...endpoint }, read);
    const { violations, ...content } = readers[format](bytes);
    if (violations.length > 0) {
      const detail = 'the request body does not match its schema';
      throw requestError('INVALID_BODY', { detail, violations });
    }
    const whole = hasRaw ? { ...content, raw: rawOf(bytes, content) } : content;
    holdMore(read, bytes, whole);
    if (!isSentRaw) return whole;
    return { ...content, sent: sentOf(request, format === 'json' ? content.data : bytes) };
  };
}

/** AMQP's short texts have at most 255 bytes, and Node reads a header as Latin-1. */
const sendableType = /^[\t -~]{1,255}$/;

/** A type that AMQP cannot carry is sent without its parameters. */
function sentOf({ headers }: IncomingMessage, body: Buffer): Pick<Message, 'body' | 'contentType'> {
  const { 'content-type': type = consumedJson.type } = headers;
  const contentType = sendableType.test(type) ? type : type.split(';', 1)[0]?.trim();
  return { body, contentType };
}

function hasType({ headers }: IncomingMessage): boolean {
  return headers['content-type'] !== undefined;
}

/** What a message has more than the body as sent, it holds too. @throws RequestError BODY_TOO_LARGE, OVERLOADED */
function holdMore({ held }: ReadOptions, bytes: Buffer, { data, raw }: Content): void {
  const length = data.length + (raw?.length ?? 0);
  if (length > maxDataBytes && raw) throw tooLongForMessage();
  if (length > bytes.length) held.take(length - bytes.length);
}

interface BodyBounds {
  readonly maxBodyBytes: number;
  readonly limits: GatewayLimits;
}

/** Reads a body that is JSON. @throws RequestError as {@link createDataReader} says, without INVALID_BODY. */
export async function readJson(
  request: IncomingMessage,
  bounds: BodyBounds,
  options: ReadOptions,
): Promise<{ readonly bytes: Buffer; readonly value: unknown }> {
  if (announcesBody(request)) findJson(request);
  const bytes = await readBytes(request, bounds, options);
  return { bytes, value: parseJsonBody(bytes, bounds.limits) };
}

const findJson = createTypeFinder([consumedJson]);

async function readBytes(
  request: IncomingMessage,
  { maxBodyBytes, limits }: BodyBounds,
  options: ReadOptions,
): Promise<Buffer> {
  const timeoutMs = Math.min(options.timeoutMs, limits.bodyTimeoutMs);
  const bytes = await readBody(request, { ...options, maxBytes: maxBodyBytes, timeoutMs });
  if (!bytes) throw tooLarge(maxBodyBytes);
  return bytes;
}

async function refuseBody(request: IncomingMessage, options: ReadOptions): Promise<Content> {
  if (!announcesBody(request)) return { data: jsonNull };
  const bytes = await readBody(request, { ...options, maxBytes: 0 });
  if (bytes?.length === 0) return { data: jsonNull };
  throw requestError('INVALID_BODY', { detail: 'this endpoint takes no body' });
}

/** The error for a body that is too long. */
export function tooLarge(maxBytes: number): RequestError {
  return requestError('BODY_TOO_LARGE', { detail: `the body is longer than ${maxBytes} bytes` });
}
