import type { IncomingMessage } from 'node:http';
import { requestError, type RequestError } from '@restmapper/core';

/** Printable ASCII, without the `#` that no request target contains. */
const sound = /^[!-"$-~]+$/;
const schemeAndAuthority = /^https?:\/\/[^/?]+/i;

/**
 * Splits a request target into a normalized path and the query, dropping the scheme and host that proxies may
 * send.
 *
 * @throws RequestError MALFORMED_REQUEST.
 * @see RFC 9112, section 3.2
 */
export function originForm(target: string): string {
  if (!sound.test(target))
    throw malformed('the request target holds characters that must be percent-encoded');
  if (target.startsWith('/') || target === '*') return normalPath(target);
  const rest = target.replace(schemeAndAuthority, '');
  if (rest === target) throw malformed('the request target is neither a path nor an http URL');
  return normalPath(rest.startsWith('/') ? rest : `/${rest}`);
}

const percentEncoded = /%([\da-f]{2})/gi;
const unreserved = /[A-Za-z\d._~-]/;
const dotSegment = /\/\.\.?(?:\/|$)/;

/** Normalizes a path, with or without a query. @see RFC 3986, section 6.2.2 */
export function normalPath(target: string): string {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  if (!path.includes('%') && !path.includes('/.')) return target;
  const decoded = path.replaceAll(percentEncoded, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return unreserved.test(character) ? character : encoded.toUpperCase();
  });
  const normal = dotSegment.test(decoded) ? withoutDotSegments(decoded) : decoded;
  return mark < 0 ? normal : normal + target.slice(mark);
}

/** @see RFC 3986, section 5.2.4 */
function withoutDotSegments(path: string): string {
  const [root = '', ...segments] = path.split('/');
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  // A path that ends with a dot segment resolves to one with a trailing slash.
  if (/^\.\.?$/.test(segments.at(-1) ?? '')) kept.push('');
  return [root, ...kept].join('/');
}

/**
 * Refuses a request with no host or several: a proxy in front may have used another one.
 *
 * @throws RequestError MALFORMED_REQUEST.
 * @see RFC 9112, section 3.2
 */
export function checkHost({ httpVersion, rawHeaders }: IncomingMessage): void {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1'))
    throw malformed('exactly one Host header is required');
}

/**
 * Decodes percent-encoding.
 *
 * @throws RequestError MALFORMED_REQUEST if the text is not percent-encoded UTF-8.
 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw malformed('the percent-encoding is broken, or does not encode UTF-8', cause);
  }
}

function malformed(detail: string, cause?: unknown): RequestError {
  return requestError('MALFORMED_REQUEST', { detail, cause });
}
