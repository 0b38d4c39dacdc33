import type { IncomingMessage } from 'node:http';
import { requestError, type RequestError } from '@restmapper/core';
import type { ConsumedType } from '@restmapper/endpoints';
import { isJsonMediaType, isUtf8Type } from './media-type.ts';

/** Finds the type of a request's body among those that an endpoint takes. @throws RequestError UNSUPPORTED_MEDIA_TYPE */
export type FindType = (request: Pick<IncomingMessage, 'headers'>) => ConsumedType;

/**
 * Creates the function that finds the type of a body.
 *
 * A type that is listed comes before a range; `application/json` includes `application/…+json`. JSON, forms and text
 * must be UTF-8.
 */
export function createTypeFinder(consumes: readonly ConsumedType[]): FindType {
  return ({ headers }) => {
    const { 'content-encoding': encoding = 'identity', 'content-type': given } = headers;
    if (encoding.toLowerCase() !== 'identity') {
      const came = `it came with Content-Encoding: ${shorten(encoding)}`;
      throw unsupported(`the body must not be compressed; ${came}`, consumes);
    }
    const found = find(consumes, given);
    if (found) return found;
    const came = given === undefined ? 'without a Content-Type' : `with Content-Type: ${shorten(given)}`;
    throw unsupported(`the body must come with Content-Type: ${listOf(consumes)}; it came ${came}`, consumes);
  };
}

function find(consumes: readonly ConsumedType[], given = ''): ConsumedType | undefined {
  const [essence = ''] = given.toLowerCase().split(';', 1);
  const type = essence.trim();
  const range = `${type.split('/', 1)[0]}/*`;
  const found =
    consumes.find((candidate) => candidate.type === type) ??
    consumes.find((candidate) => candidate.type === 'application/json' && isJsonMediaType(given)) ??
    consumes.find((candidate) => candidate.type === range);
  return found && (found.format === 'binary' || isUtf8Type(given)) ? found : undefined;
}

function listOf(consumes: readonly ConsumedType[]): string {
  const types = consumes.map(({ type }) => type);
  const isText = consumes.some(({ format }) => format !== 'binary');
  const note = consumes.every(({ format }) => format !== 'binary') ? ', in UTF-8' : ' (text in UTF-8)';
  return `${types.join(', ')}${isText ? note : ''}`;
}

/** A header may be very long. */
function shorten(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value;
}

/** The error for a body in a format that is not accepted; it names those that are. */
export function unsupported(detail: string, consumes: readonly ConsumedType[]): RequestError {
  const accept = consumes.map(({ type }) => type).join(', ');
  return requestError('UNSUPPORTED_MEDIA_TYPE', { detail, headers: { accept } });
}
