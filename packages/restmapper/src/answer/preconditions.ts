import type { IncomingHttpHeaders } from 'node:http';
import { parseHttpDate, type ReplyHeaders, requestError } from '@restmapper/core';
import type { Answer } from './reply-reader.ts';

/** The headers of a 304: RFC 9110, section 15.4.5. */
const keptHeaders = ['cache-control', 'content-location', 'etag', 'expires', 'vary'];

type ConditionalHeaders = Pick<
  IncomingHttpHeaders,
  'if-match' | 'if-none-match' | 'if-modified-since' | 'if-unmodified-since'
>;

/**
 * Applies the preconditions of a `GET` or `HEAD` to its answer, if that is a 2xx with an `etag` or `last-modified`.
 *
 * A condition that cannot be parsed is ignored, and so is one whose validator the answer does not have.
 *
 * @throws RequestError PRECONDITION_FAILED
 * @see RFC 9110, section 13.2.2
 */
export function applyPreconditions(answer: Answer, conditions: ConditionalHeaders): Answer {
  const { status, headers } = answer;
  if (!headers || status > 299) return answer;
  if (!isExpected(headers, conditions)) {
    const { etag } = headers;
    throw requestError('PRECONDITION_FAILED', {
      detail: 'the resource has changed: it is not the one that the request expects',
      headers: etag === undefined ? {} : { etag },
    });
  }
  return isHeld(headers, conditions) ? notModified(headers) : answer;
}

/** Whether `If-Match`, or without it `If-Unmodified-Since`, is satisfied. */
function isExpected({ etag, ...headers }: ReplyHeaders, conditions: ConditionalHeaders): boolean {
  const wanted = parseTags(conditions['if-match']);
  if (wanted && etag !== undefined) {
    return wanted === '*' || (!etag.startsWith('W/') && wanted.includes(etag));
  }
  if (conditions['if-match'] !== undefined) return true;
  const since = parseHttpDate(conditions['if-unmodified-since']);
  const modified = parseHttpDate(headers['last-modified']);
  return since === undefined || modified === undefined || modified <= since;
}

/** Whether the caller has the current representation, by `If-None-Match`, or without it `If-Modified-Since`. */
function isHeld({ etag, ...headers }: ReplyHeaders, conditions: ConditionalHeaders): boolean {
  const held = parseTags(conditions['if-none-match']);
  if (held && etag !== undefined) {
    return held === '*' || held.some((tag) => opaque(tag) === opaque(etag));
  }
  if (conditions['if-none-match'] !== undefined) return false;
  const since = parseHttpDate(conditions['if-modified-since']);
  const modified = parseHttpDate(headers['last-modified']);
  return since !== undefined && modified !== undefined && modified <= since;
}

function notModified(headers: ReplyHeaders): Answer {
  // Without an etag, the date is what the caller compares.
  const kept = headers['etag'] === undefined ? [...keptHeaders, 'last-modified'] : keptHeaders;
  const pairs = Object.entries(headers).filter(([name]) => kept.includes(name));
  return { status: 304, body: undefined, headers: Object.fromEntries(pairs) };
}

/** Parses `*` or a list of tags; `undefined` if it is neither. Node joins repeated fields. */
function parseTags(text: string | undefined): '*' | readonly string[] | undefined {
  if (text === undefined) return undefined;
  if (text === '*') return text;
  const item = /[ \t]*(?:((?:W\/)?"[!#-~\u0080-\u00ff]*")[ \t]*)?(?:,|$)/y;
  const tags: string[] = [];
  while (item.lastIndex < text.length) {
    const found = item.exec(text);
    if (!found) return undefined;
    if (found[1] !== undefined) tags.push(found[1]);
  }
  return tags.length > 0 ? tags : undefined;
}

/** Weak comparison ignores the mark of a weak tag. */
function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
