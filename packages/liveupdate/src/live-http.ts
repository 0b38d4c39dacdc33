import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { RequestError } from '@restmapper/bus';
import { closeReasons } from './close-reason.ts';
import type { LiveContext } from './context.ts';
import { beginEvents, encodeBye } from './event-stream.ts';
import type { EventStreams } from './event-streams.ts';
import { readHistory } from './history.ts';
import type { LiveFeed } from './live-feed.ts';
import { type LiveRequest, parseLiveRequest } from './live-request.ts';
import { sendProblem } from './problem.ts';

export interface HttpOptions extends Pick<LiveContext, 'feeds' | 'door' | 'limits' | 'metrics'> {
  readonly streams: EventStreams;
}

const methods = 'GET, HEAD, OPTIONS';

/**
 * Serves `/sse/v1/<feed>` and `/live/v1/<feed>`.
 *
 * | outcome | status | code |
 * |---|---|---|
 * | a stream, or the history | 200 | |
 * | this process has too many clients, or is leaving; the feed cannot be read yet: a stream | 200, only `bye` 4006 | |
 * | the feed cannot be read yet: a history | 503 + Retry-After | `UNAVAILABLE` |
 * | the page's origin, or the feed, is not for this client | 403 | `FORBIDDEN_ORIGIN`, `FORBIDDEN` |
 * | no such path, no such feed | 404 | `NOT_FOUND`, `UNKNOWN_FEED` |
 * | any other method | 405 + Allow | `METHOD_NOT_ALLOWED` |
 * | a wrong parameter | 422 | `INVALID_QUERY` |
 * | the client's address has too many connections | 429 | `TOO_MANY_CONNECTIONS` |
 *
 * An EventSource comes back after a stream that ended, and gives up after any status but 200.
 */
export function createHttpListener(options: HttpOptions): RequestListener {
  const serve: RequestListener = (request, response) => {
    try {
      answer(request, response, options);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      sendProblem(response, error);
    }
  };
  const { feeds } = options;
  return (request, response) => {
    if (feeds.areReady) return serve(request, response);
    void feeds.settled.then(() => {
      if (!response.destroyed) serve(request, response);
    });
  };
}

function answer(request: IncomingMessage, response: ServerResponse, options: HttpOptions): void {
  allowOrigin(request, response, options);
  const wanted = parseLiveRequest(request);
  if (request.method === 'OPTIONS') return sendPreflight(response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', methods);
    throw new RequestError(405, 'METHOD_NOT_ALLOWED', { detail: `one of ${methods} is allowed` });
  }
  if (wanted.kind === 'history') sendHistory(response, wanted, options);
  else openStream(request, response, { ...options, wanted });
}

/** Lets a page of another origin read the answer, when it may. @see https://fetch.spec.whatwg.org/#http-cors-protocol */
function allowOrigin(request: IncomingMessage, response: ServerResponse, { door }: HttpOptions): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin');
  if (origin === undefined) return;
  if (!door.isAllowedOrigin(request)) {
    throw new RequestError(403, 'FORBIDDEN_ORIGIN', { detail: `pages of ${origin} may not read feeds here` });
  }
  response.setHeader('access-control-allow-origin', origin);
}

function sendPreflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      allow: methods,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'last-event-id, cache-control',
      'access-control-max-age': '600',
    })
    .end();
}

function sendHistory(response: ServerResponse, wanted: LiveRequest, options: HttpOptions): void {
  const feed = findFeed(wanted.feed, options);
  if (feed === undefined) {
    response.setHeader('retry-after', '1');
    throw new RequestError(503, 'UNAVAILABLE', { detail: 'the feed cannot be read yet' });
  }
  const { beginning, limit: maxMessages } = wanted;
  const body = readHistory(feed, { beginning, maxMessages, maxBytes: options.limits.maxReplayBytes });
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' };
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
}

interface StreamOptions extends HttpOptions {
  readonly wanted: LiveRequest;
}

function openStream(request: IncomingMessage, response: ServerResponse, options: StreamOptions): void {
  const { wanted, door, metrics, streams } = options;
  const feed = findFeed(wanted.feed, options);
  const refusal = door.refusalOf(request);
  if (refusal) metrics.refused();
  if (refusal === 'TOO_MANY') {
    throw new RequestError(429, 'TOO_MANY_CONNECTIONS', { detail: 'this address has too many connections' });
  }
  if (request.method === 'GET' && feed && !refusal) {
    return streams.add(request, response, { feed, beginning: wanted.beginning });
  }
  beginEvents(response);
  // A HEAD request gets the headers only.
  response.end(encodeBye(closeReasons.overloaded));
}

/** `undefined`: not yet. @throws RequestError UNKNOWN_FEED, FORBIDDEN */
function findFeed(name: string, { feeds }: HttpOptions): LiveFeed | undefined {
  const admission = feeds.admit(name);
  switch (admission) {
    case 'UNKNOWN_FEED':
      throw new RequestError(404, admission, { detail: `there is no feed ${name}` });
    case 'FORBIDDEN':
      throw new RequestError(403, admission, { detail: `the feed ${name} is not public` });
    case 'UNAVAILABLE':
      return undefined;
    default:
      return admission;
  }
}
