import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { RequestError } from '@restmapper/bus';

/** Answers what is wrong with a request to one of the command's own URLs as the gateway answers problems (RFC 9457). */
export function sendProblem(
  response: ServerResponse,
  { status, code, message: detail, headers }: RequestError,
): void {
  const problem = {
    type: `urn:restmapper:problem:${code}`,
    title: STATUS_CODES[status],
    status,
    detail,
    code,
  };
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${JSON.stringify(problem)}\n`);
}
