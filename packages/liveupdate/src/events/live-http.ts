import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Caller, anonymous } from '@restmapper/auth';
import { requestError, RequestError } from '@restmapper/core';
import { closeReasons } from '../clients/close-reason.ts';
import type { LiveContext } from '../clients/context.ts';
import { beginEvents, encodeBye } from './event-stream.ts';
import type { EventStreams } from './event-streams.ts';
import type { Filter } from '../feed/filter.ts';
import { joinFilters } from '../clients/forced-filter.ts';
import { readHistory } from './history.ts';
import type { Admission } from '../clients/live-feeds.ts';
import { type LiveRequest, parseLiveRequest } from './live-request.ts';
import type { Beginning } from '../feed/resume.ts';
import { mayComeBack, sendProblem } from '../clients/problem.ts';

export interface HttpOptions
  extends Pick<LiveContext, 'authenticator' | 'origins' | 'feeds' | 'door' | 'limits' | 'metrics'> {
  readonly streams: EventStreams;
}

const methods = 'GET, HEAD, OPTIONS';

/**
 * Serves `/sse/v1/<feed>` and `/live/v1/<feed>`.
 *
 * | outcome | status | code |
 * |---|---|---|
 * | a stream, or the history | 200 | |
 * | this process has too many clients, or is draining; the feed cannot be read yet, or the client's identity cannot be verified: a stream | 200, only `bye` 4006 | |
 * | the feed cannot be read yet, or the client's identity cannot be verified: a history | 503 + Retry-After | `UNAVAILABLE`, `AUTH_UNAVAILABLE` |
 * | the client is unknown, or its credentials are invalid | 401 + WWW-Authenticate | `UNAUTHENTICATED` |
 * | the page's origin is not allowed, or the client may not watch the feed | 403 | `FORBIDDEN_ORIGIN`, `FORBIDDEN`, `INSUFFICIENT_SCOPE` |
 * | no such path, no such feed | 404 | `NOT_FOUND`, `UNKNOWN_FEED` |
 * | any other method | 405 + Allow | `METHOD_NOT_ALLOWED` |
 * | an invalid parameter | 422 | `INVALID_QUERY` |
 * | the client's address has too many connections | 429 | `TOO_MANY_CONNECTIONS` |
 * | the auth service asks the client to wait: a history | 429 + Retry-After | `RATE_LIMITED` |
 *
 * An EventSource reconnects after a stream has ended, but stops after any status but 200.
 */
export function createHttpListener(options: HttpOptions): RequestListener {
  const { feeds } = options;
  return (request, response) => {
    const waiting = feeds.areReady ? undefined : feeds.settled;
    void serve(request, response, { ...options, waiting }); // A defect ends the process.
  };
}

interface ServeOptions extends HttpOptions {
  /** Settles when feeds can be read; undefined if they already can. */
  readonly waiting: Promise<void> | undefined;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { waiting, ...options }: ServeOptions,
): Promise<void> {
  try {
    if (waiting) await waiting;
    allowOrigin(request, response, options);
    const wanted = parseLiveRequest(request);
    if (request.method === 'OPTIONS') return sendPreflight(response, options);
    checkMethod(request, response);
    const schemes = options.feeds.schemesOf(wanted.feed);
    const credentials = options.origins.credentialsOf(request.headers);
    const caller =
      schemes.length > 0 ? await options.authenticator.identify(credentials, schemes) : anonymous;
    const isKnown = await catchUp({ ...options, wanted, caller });
    if (response.destroyed) return;
    if (!isKnown) sendLater(response);
    else if (wanted.kind === 'history') sendHistory(response, { ...options, wanted, caller });
    else openStream(request, response, { ...options, wanted, caller });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (!response.destroyed) sendProblem(response, error);
  }
}

function checkMethod({ method }: IncomingMessage, response: ServerResponse): void {
  if (method === 'GET' || method === 'HEAD') return;
  response.setHeader('allow', methods);
  throw requestError('METHOD_NOT_ALLOWED', { detail: `one of ${methods} is allowed` });
}

/**
 * Lets a page of an allowed origin read the answer. @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
function allowOrigin(request: IncomingMessage, response: ServerResponse, { origins }: HttpOptions): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin');
  if (origin === undefined) return;
  if (!origins.isAllowed(request.headers)) {
    throw requestError('FORBIDDEN_ORIGIN', { detail: `pages of ${origin} may not read feeds` });
  }
  for (const [name, value] of Object.entries(origins.headersFor(request.headers)))
    response.setHeader(name, value);
}

function sendPreflight(response: ServerResponse, { authenticator }: HttpOptions): void {
  const headers = [
    'last-event-id',
    'cache-control',
    'x-requested-with',
    ...authenticator.headers.filter((name) => name !== 'cookie'),
  ];
  response
    .writeHead(204, {
      allow: methods,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': headers.join(', '),
      'access-control-max-age': '600',
    })
    .end();
}

interface FeedOptions extends HttpOptions {
  readonly wanted: LiveRequest;
  readonly caller: Caller;
}

/**
 * Catches up with the position that the client resumes from; resolves with whether it succeeded. @throws
 * RequestError for a history
 */
async function catchUp({ feeds, wanted, caller }: FeedOptions): Promise<boolean> {
  try {
    await feeds.catchUp(wanted.feed, caller, wanted.beginning.since);
    return true;
  } catch (error) {
    if (error instanceof RequestError && wanted.kind !== 'history') return false;
    throw error;
  }
}

function sendHistory(response: ServerResponse, options: FeedOptions): void {
  const { wanted, caller, feeds, limits } = options;
  const { feed, forced } = feeds.admit(wanted.feed, caller);
  const beginning = confine(wanted.beginning, forced);
  const { limit: maxMessages } = wanted;
  const body = readHistory(feed, { beginning, maxMessages, maxBytes: limits.maxReplayBytes });
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' };
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
}

function openStream(request: IncomingMessage, response: ServerResponse, options: FeedOptions): void {
  const { wanted, caller, door, metrics, streams } = options;
  const admission = admitOrLater(options);
  const refusal = door.check(request);
  if (refusal) metrics.refused();
  if (refusal === 'TOO_MANY') {
    throw requestError('TOO_MANY_CONNECTIONS', { detail: 'this address has too many connections' });
  }
  if (request.method === 'GET' && admission && !refusal) {
    const beginning = confine(wanted.beginning, admission.forced);
    return streams.add(request, response, { admission, beginning, caller });
  }
  sendLater(response);
}

/** An EventSource reconnects after it. A HEAD request gets only the headers. */
function sendLater(response: ServerResponse): void {
  beginEvents(response);
  response.end(encodeBye(closeReasons.overloaded));
}

/** `undefined`: not yet. @throws RequestError for a client that may not watch at all. */
function admitOrLater({ wanted, caller, feeds }: FeedOptions): Admission | undefined {
  try {
    return feeds.admit(wanted.feed, caller);
  } catch (error) {
    if (error instanceof RequestError && mayComeBack(error)) return undefined;
    throw error;
  }
}

function confine(beginning: Beginning, forced: Filter | undefined): Beginning {
  return { ...beginning, filter: joinFilters(beginning.filter, forced) };
}
