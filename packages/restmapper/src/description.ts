import { createHash } from 'node:crypto';
import { type DocumentOptions, type Model, openApiOf } from '@restmapper/endpoints';
import type { GatewayMiddleware } from './answer/gateway-context.ts';

/**
 * Creates the handler of `GET /openapi.json`: an OpenAPI 3.1 document that stays the same until the process
 * ends.
 *
 * `If-None-Match` with the current `ETag` is answered 304.
 */
export function createDescription(model: Model, options: DocumentOptions): GatewayMiddleware {
  const document = Buffer.from(JSON.stringify(openApiOf(model, options)));
  const etag = `"${createHash('sha256').update(document).digest('base64url')}"`;
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache', etag };
  return async (context) => {
    context.set(headers);
    if (isHeld(etag, context.get('if-none-match'))) context.status = 304;
    else context.body = document;
  };
}

/** Not Koa's `fresh`, which ignores `If-None-Match` with `no-cache`, as fetch sends it. */
function isHeld(etag: string, ifNoneMatch: string): boolean {
  return ifNoneMatch.split(',').some((held) => ['*', etag, `W/${etag}`].includes(held.trim()));
}
