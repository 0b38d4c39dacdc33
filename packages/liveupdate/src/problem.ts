import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import { createMessageId, type RequestError } from '@restmapper/bus';

/** Whether the same request may succeed a little later. */
export function mayComeBack({ status }: RequestError): boolean {
  return status === 503 || status === 429;
}

/**
 * Answers a request with what is wrong with it.
 *
 * ```json
 * {"type":"urn:restmapper:problem:UNKNOWN_FEED","title":"Not Found","status":404,
 *  "detail":"there is no feed notes","code":"UNKNOWN_FEED","requestId":"…"}
 * ```
 *
 * @see RFC 9457
 */
export function sendProblem(
  response: ServerResponse,
  { status, code, message, violations, headers }: RequestError,
): void {
  const requestId = createMessageId();
  const body = JSON.stringify({
    type: `urn:restmapper:problem:${code}`,
    title: STATUS_CODES[status] ?? code,
    status,
    detail: message,
    code,
    requestId,
    errors: violations.length > 0 ? violations : undefined,
  });
  response
    .writeHead(status, {
      ...(status === 503 && { 'retry-after': '1' }),
      ...headers,
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      'x-request-id': requestId,
    })
    .end(body);
}
