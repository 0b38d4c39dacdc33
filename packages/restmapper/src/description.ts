import { createHash } from 'node:crypto';
import { type Model, openApiOf } from '@restmapper/endpoints';
import type { GatewayMiddleware } from './answer/gateway-context.ts';

/**
 * Makes what answers `GET /openapi.json`: the API as an OpenAPI 3.1 document, the same until the process ends.
 *
 * A caller that has it asks with `If-None-Match`, and is answered 304.
 */
export function createDescription(model: Model, version: string): GatewayMiddleware {
  const document = Buffer.from(JSON.stringify(openApiOf(model, { version })));
  const etag = `"${createHash('sha256').update(document).digest('base64url')}"`;
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache', etag };
  return async (context) => {
    context.set(headers);
    if (isHeld(etag, context.get('if-none-match'))) context.status = 304;
    else context.body = document;
  };
}

/** Not Koa's `fresh`, which ignores what a caller holds that also says `no-cache`, as fetch does. */
function isHeld(etag: string, ifNoneMatch: string): boolean {
  return ifNoneMatch.split(',').some((held) => ['*', etag, `W/${etag}`].includes(held.trim()));
}
