import { isEntityTag } from './entity-tag.ts';
import { isFieldName, isFieldValue } from './field.ts';
import { isGatewayHeader } from './gateway-headers.ts';
import { parseHttpDate } from './http-date.ts';

/** The headers of a reply, by lower-case name. */
export type ReplyHeaders = Readonly<Record<string, string>>;

/** Proxies refuse answers with much longer headers. */
const maxBytes = 8 * 1024;

/** The colon, the space and the line end of a header. */
const overheadBytes = 4;

/** Headers that any reply may have; others are named in the file, under `replyHeaders`. */
export const commonReplyHeaders: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-language',
  'content-location',
  'deprecation',
  'etag',
  'last-modified',
  'link',
  'location',
  'retry-after',
  'sunset',
  'vary',
]);

const credentials: ReadonlySet<string> = new Set([
  'authentication-info',
  'authorization',
  'clear-site-data',
  'cookie',
  'set-cookie',
  'www-authenticate',
]);

/** Set by the gateway, although the headers of an error may set them too. */
const measured: ReadonlySet<string> = new Set([
  'ratelimit',
  'ratelimit-policy',
  'server-timing',
  'timing-allow-origin',
]);

/** Headers whose value is a date (RFC 9110 8.8.2, RFC 8594 3). */
const dates: ReadonlySet<string> = new Set(['last-modified', 'sunset']);

/** Why no reply may have a header of this name, which is in lower case; `undefined` if one may. */
export function replyHeaderFault(name: string): string | undefined {
  if (!isFieldName(name)) return `${JSON.stringify(name)} is not the name of a header`;
  if (name === 'content-type') return 'content-type is the type of a reply, not one of its headers';
  if (isGatewayHeader(name) || measured.has(name)) return `the header ${name} is set by the gateway alone`;
  if (credentials.has(name)) return `the header ${name} carries credentials, which no reply may do`;
  return undefined;
}

/**
 * Parses the headers of a reply; those that are `undefined` count as absent.
 *
 * @throws TypeError that names the header that no reply may have, or HTTP cannot carry.
 */
export function parseReplyHeaders(given: Readonly<Record<string, unknown>>): ReplyHeaders {
  const headers = new Map<string, string>();
  let bytes = 0;
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const name = key.toLowerCase();
    const fault = replyHeaderFault(name);
    if (fault !== undefined) throw new TypeError(fault);
    if (headers.has(name)) throw new TypeError(`the header ${name} is there twice`);
    const text = textOf(name, value);
    bytes += name.length + text.length + overheadBytes;
    if (bytes > maxBytes) throw new TypeError(`the headers have more than 8 KiB, at the header ${name}`);
    headers.set(name, text);
  }
  return Object.fromEntries(headers);
}

function textOf(name: string, value: unknown): string {
  if (Array.isArray(value)) throw new TypeError(`the header ${name} is a list; join its values with commas`);
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') throw new TypeError(`the header ${name} is neither text nor a number`);
  if (/[^\t\P{Cc}]/u.test(text)) throw new TypeError(`the header ${name} has a control character`);
  if (!isFieldValue(text)) {
    throw new TypeError(`the header ${name} has characters beyond ASCII, which must be percent-encoded`);
  }
  if (name === 'etag' && !isEntityTag(text)) {
    throw new TypeError(`the header etag must be in quotes, as in "7" or W/"7", and is ${text}`);
  }
  if (dates.has(name) && parseHttpDate(text) === undefined) {
    throw new TypeError(
      `the header ${name} must be a date of HTTP, as in Thu, 01 Jan 1970 00:00:00 GMT, and is ${text}`,
    );
  }
  return text;
}
