import { type ServerResponse, STATUS_CODES } from 'node:http';
import { createMessageId, type RequestError } from '@restmapper/bus';

/**
 * Answers what is wrong with a request to one of the command's own URLs as the gateway answers problems
 * (RFC 9457); with a 503 the caller is asked to come back after a second.
 */
export function sendProblem(
  response: ServerResponse,
  { status, code, message: detail, headers }: RequestError,
): void {
  const requestId = createMessageId();
  const problem = {
    type: `urn:restmapper:problem:${code}`,
    title: STATUS_CODES[status],
    status,
    detail,
    code,
    requestId,
  };
  response.writeHead(status, {
    ...(status === 503 && { 'retry-after': '1' }),
    ...headers,
    'content-type': 'application/problem+json',
    'x-request-id': requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${JSON.stringify(problem)}\n`);
}
