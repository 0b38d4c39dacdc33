import type { IncomingMessage } from 'node:http';
import { type CloudEvent, requestError, type RequestError } from '@restmapper/core';
import type { Endpoint, JsonSchema, SchemaCompiler } from '@restmapper/endpoints';
import { announcesBody, type BodyReadOptions, readBody } from './body-reader.ts';
import { parseJsonBody } from './json-body.ts';
import type { GatewayLimits } from './limits.ts';
import { isJsonMediaType } from './media-type.ts';

/** What a request carries. */
export interface Content {
  /** The JSON of the envelope's `data`: the original bytes, after validation. */
  readonly data: Buffer;
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
 * INVALID_JSON, INVALID_BODY; or CALLER_LEFT.
 */
export function createDataReader(endpoint: Endpoint, options: DataReaderOptions): DataReader {
  return endpoint.body === undefined ? refuseBody : createBodyReader(endpoint.body, endpoint, options);
}

function createBodyReader(
  schema: JsonSchema,
  { maxBodyBytes }: Endpoint,
  { compiler, limits }: DataReaderOptions,
): DataReader {
  const validate = compiler.compileJson(schema);
  const bounds = { maxBodyBytes, limits };
  return async (request, options) => {
    const { bytes, value } = await readJson(request, bounds, options);
    const violations = validate(value, bytes);
    if (violations.length > 0) {
      throw requestError('INVALID_BODY', {
        detail: 'the request body does not match its schema',
        violations,
      });
    }
    return { data: bytes };
  };
}

interface JsonBounds {
  readonly maxBodyBytes: number;
  readonly limits: GatewayLimits;
}

/** Reads a body that is JSON. @throws RequestError as {@link createDataReader} says, without INVALID_BODY. */
export async function readJson(
  request: IncomingMessage,
  { maxBodyBytes, limits }: JsonBounds,
  options: ReadOptions,
): Promise<{ readonly bytes: Buffer; readonly value: unknown }> {
  if (announcesBody(request)) checkMediaType(request);
  const timeoutMs = Math.min(options.timeoutMs, limits.bodyTimeoutMs);
  const bytes = await readBody(request, { ...options, maxBytes: maxBodyBytes, timeoutMs });
  if (!bytes) throw tooLarge(maxBodyBytes);
  return { bytes, value: parseJsonBody(bytes, limits) };
}

async function refuseBody(request: IncomingMessage, options: ReadOptions): Promise<Content> {
  if (!announcesBody(request)) return { data: jsonNull };
  const bytes = await readBody(request, { ...options, maxBytes: 0 });
  if (bytes?.length === 0) return { data: jsonNull };
  throw requestError('INVALID_BODY', { detail: 'this endpoint takes no body' });
}

function checkMediaType({ headers }: IncomingMessage): void {
  const { 'content-encoding': encoding = 'identity', 'content-type': type } = headers;
  if (encoding.toLowerCase() !== 'identity') {
    throw unsupported(`the body must not be compressed; it came with Content-Encoding: ${shorten(encoding)}`);
  }
  if (isJsonMediaType(type)) return;
  const came = type === undefined ? 'without a Content-Type' : `with Content-Type: ${shorten(type)}`;
  throw unsupported(`the body must come with Content-Type: application/json, in UTF-8; it came ${came}`);
}

/** A header may be very long. */
function shorten(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value;
}

/** The error for a body in a format that is not accepted. */
export function unsupported(detail: string): RequestError {
  return requestError('UNSUPPORTED_MEDIA_TYPE', { detail });
}

/** The error for a body that is too long. */
export function tooLarge(maxBytes: number): RequestError {
  return requestError('BODY_TOO_LARGE', { detail: `the body is longer than ${maxBytes} bytes` });
}
