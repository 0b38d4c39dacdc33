import type { Origins } from '@restmapper/auth';
import { requestError } from '@restmapper/core';
import type { Middleware } from 'koa';
import type { RequestState } from '../answer/request-state.ts';

/** Headers that pages may send and read, beyond those that browsers always allow. */
const requestHeaders = ['content-type', 'idempotency-key', 'traceparent', 'tracestate', 'x-request-id'];
const exposed =
  'idempotency-replayed, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-message-id, x-request-id';
const maxAgeSeconds = '600';

/** Browsers send these for any page without a preflight, as they do some `POST`s. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface CorsOptions {
  readonly origins: Origins;
  /** The headers that may carry credentials. */
  readonly credentialHeaders: readonly string[];
  /** The headers that endpoints declare. */
  readonly declaredHeaders: readonly string[];
  /** Whether answers carry `Server-Timing`, which allowed pages may then read. */
  readonly isTimed: boolean;
}

/**
 * Creates the middleware that allows calls from pages of allowed origins, and prevents others from changing
 * anything.
 *
 * It throws RequestError FORBIDDEN_ORIGIN for requests from pages of other origins, except reads: their
 * browser hides the answer.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function createCors({
  origins,
  credentialHeaders,
  declaredHeaders,
  isTimed,
}: CorsOptions): Middleware<RequestState> {
  const allowedHeaders = [
    ...new Set([
      ...requestHeaders,
      ...credentialHeaders.filter((name) => name !== 'cookie'),
      ...declaredHeaders,
    ]),
  ].join(', ');
  const readable = isTimed ? `${exposed}, server-timing` : exposed;
  return async (context, next) => {
    const { headers } = context.req;
    const { origin } = headers;
    if (origins.hasOthers) context.vary('origin');
    const isAllowed = origin !== undefined && origins.isAllowed(headers);
    if (origin !== undefined && !isAllowed && !safeMethods.has(context.method)) {
      throw requestError('FORBIDDEN_ORIGIN', { detail: 'pages of this origin may not call this API' });
    }
    if (isAllowed) context.set({ ...origins.headersFor(headers), 'access-control-expose-headers': readable });
    if (isAllowed && isTimed) context.set('timing-allow-origin', origin);
    await next();
    const isPreflight = context.method === 'OPTIONS' && 'access-control-request-method' in headers;
    if (isAllowed && isPreflight) {
      context.set({
        'access-control-allow-methods': context.response.get('allow'),
        'access-control-allow-headers': allowedHeaders,
        'access-control-max-age': maxAgeSeconds,
      });
    }
  };
}
