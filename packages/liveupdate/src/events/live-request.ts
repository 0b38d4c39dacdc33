import type { IncomingMessage } from 'node:http';
import { requestError, type RequestError } from '@restmapper/core';
import { type Filter, readFields } from '../feed/filter.ts';
import { readPolyfill } from './polyfill-query.ts';
import { type Beginning, isMode, type Mode } from '../feed/resume.ts';

/** An HTTP client's request for a feed. */
export interface LiveRequest {
  readonly kind: 'stream' | 'history';
  readonly feed: string;
  readonly beginning: Beginning;
  /** The maximum number of messages of a history. */
  readonly limit: number;
}

const entryPoint = /^\/(sse|live)\/v1\/([^/]+)$/;
const parameters = ['since', 'mode', 'where', 'limit', 'history'];
const defaultHistory = 100;
const maxHistory = 1_000;

/**
 * Reads a request for `/sse/v1/<feed>` or `/live/v1/<feed>`.
 *
 * | parameter | meaning |
 * |---|---|
 * | `since` | the position to resume from |
 * | `last_event_id` | takes precedence over `since`; the header `Last-Event-ID` takes precedence over both |
 * | `mode` | `all`, `latest` or `tail:<n>` |
 * | `where` | a JSON object such as `{"room":"42"}`: only messages whose top-level fields equal these |
 * | `history` | on `/sse/v1/`: the held messages as JSON instead of a stream |
 * | `limit` | the maximum number of messages of a history, at least 1, capped at 1000. Default 100 |
 *
 * For parameters added by EventSource polyfills, see {@link readPolyfill}.
 * @throws RequestError NOT_FOUND, INVALID_QUERY
 */
export function parseLiveRequest({
  url = '/',
  headers,
}: Pick<IncomingMessage, 'url' | 'headers'>): LiveRequest {
  const mark = url.indexOf('?');
  const [, entry, name = ''] = entryPoint.exec(mark < 0 ? url : url.slice(0, mark)) ?? [];
  if (entry === undefined) throw notFound();
  const { query, lastEventId } = readPolyfill(new URLSearchParams(mark < 0 ? '' : url.slice(mark)));
  refuseUnknown(query);
  const [since] = [headers['last-event-id'], lastEventId, query.get('since')].filter(Boolean);
  return {
    kind: entry === 'live' || query.has('history') ? 'history' : 'stream',
    feed: decodeName(name),
    beginning: {
      since: since?.toString(),
      mode: parseMode(query.get('mode')),
      filter: parseFilter(query.get('where')),
    },
    limit: parseLimit(query.get('limit')),
  };
}

function notFound(cause?: unknown): RequestError {
  return requestError('NOT_FOUND', { detail: 'there is nothing at this path', cause });
}

function invalid(name: string, detail: string): RequestError {
  const violations = [{ pointer: `/${name}`, detail }];
  return requestError('INVALID_QUERY', { detail: `${name} ${detail}`, violations });
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (cause) {
    throw notFound(cause);
  }
}

function refuseUnknown(query: URLSearchParams): void {
  const names = [...query.keys()];
  for (const name of names) {
    if (!parameters.includes(name)) throw invalid(name, 'is not a parameter here');
    if (names.indexOf(name) !== names.lastIndexOf(name)) throw invalid(name, 'may be given only once');
  }
}

function parseMode(value: string | null): Mode | undefined {
  if (value === null) return undefined;
  if (isMode(value)) return value;
  throw invalid('mode', 'must be all, latest or tail:<n>');
}

function parseLimit(value: string | null): number {
  if (value === null) return defaultHistory;
  if (/^[1-9]\d{0,8}$/.test(value)) return Math.min(Number(value), maxHistory);
  throw invalid('limit', 'must be a positive integer');
}

/** @throws RequestError INVALID_QUERY if it is not a JSON object of scalars. */
function parseFilter(value: string | null): Filter | undefined {
  if (value === null) return undefined;
  const where = parseJson(value);
  const isObject = typeof where === 'object' && where !== null && !Array.isArray(where);
  if (!isObject || !Object.values(where).every(isScalar)) {
    throw invalid('where', 'must be a JSON object of strings, numbers, booleans and nulls');
  }
  return readFields(Buffer.from(value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
