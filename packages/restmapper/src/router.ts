import type { GatewayContext, GatewayMiddleware } from './answer/gateway-context.ts';
import { Router } from '@koa/router';
import { requestError } from '@restmapper/core';
import { type Endpoint, openApiPath } from '@restmapper/endpoints';
import { compareSpecificity, toPattern } from './request/route-path.ts';
import type { RequestState } from './answer/request-state.ts';

export interface RouterOptions {
  readonly handlerOf: (endpoint: Endpoint) => GatewayMiddleware;
  /** The handler of `GET /openapi.json`. */
  readonly description: GatewayMiddleware;
}

/**
 * Routes each request to the most specific of the endpoints whose method and path it matches.
 *
 * Case and trailing slash matter; HEAD goes to GET if no endpoint has HEAD.
 */
export function createRouter(
  endpoints: readonly Endpoint[],
  { handlerOf, description }: RouterOptions,
): Router<RequestState> {
  const router = new Router<RequestState>({ sensitive: true, strict: true });
  router.register(toPattern(openApiPath), ['GET'], description);
  for (const endpoint of endpoints.toSorted(compareSpecificity)) {
    router.register(toPattern(endpoint.path), [endpoint.method], handlerOf(endpoint));
  }
  return router;
}

/**
 * Answers requests without a route: OPTIONS for an existing path, and for the server as a whole (`*`).
 *
 * @throws RequestError NOT_FOUND, METHOD_NOT_ALLOWED; the latter with an `Allow` header.
 */
export async function answerUnrouted(context: GatewayContext): Promise<void> {
  if (context.url === '*' && context.method === 'OPTIONS') {
    context.set('allow', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT');
    context.status = 204;
    return;
  }
  const methods = (context.matched ?? []).flatMap((layer) => layer.methods);
  if (methods.length === 0) throw requestError('NOT_FOUND', { detail: 'no endpoint has this path' });
  context.set('allow', [...new Set([...methods, 'OPTIONS'])].sort().join(', '));
  if (context.method !== 'OPTIONS') {
    throw requestError('METHOD_NOT_ALLOWED', {
      detail: 'no endpoint with this path has this method',
    });
  }
  context.status = 204;
}
