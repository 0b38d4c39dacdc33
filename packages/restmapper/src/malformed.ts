import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { createMessageId } from '@restmapper/bus';
import { formatProblem } from './problem.ts';

/**
 * Answers what is not HTTP, and ends the connection; listens to an HTTP server's `clientError`.
 *
 * | what came | status | code |
 * |---|---|---|
 * | headers longer than the server takes | 431 | `HEADERS_TOO_LARGE` |
 * | headers or body too slowly for the server | 408 | `REQUEST_TIMEOUT` |
 * | anything else | 400 | `MALFORMED_REQUEST` |
 */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, code, detail } = malformations.get(error.code) ?? notHttp;
  const body = formatProblem(
    { status, code, detail, violations: [], headers: {} },
    { requestId: createMessageId() },
  );
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? code}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

interface Malformation {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** By the code of Node's error. */
const malformations: ReadonlyMap<string | undefined, Malformation> = new Map([
  ['HPE_HEADER_OVERFLOW', { status: 431, code: 'HEADERS_TOO_LARGE', detail: 'the headers are too long' }],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: 408, code: 'REQUEST_TIMEOUT', detail: 'the request did not arrive in time' },
  ],
]);

const notHttp: Malformation = {
  status: 400,
  code: 'MALFORMED_REQUEST',
  detail: 'the request is not HTTP',
};
