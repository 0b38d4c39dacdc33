import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { endConnection } from './linger.ts';
import { createMessageId, formatProblem, problemOf, requestError, type RequestError } from '@restmapper/core';

/**
 * Makes a server answer invalid HTTP and close the connection; earlier calls get their answers first.
 *
 * | input | status | code |
 * |---|---|---|
 * | headers longer than the server accepts | 431 | `HEADERS_TOO_LARGE` |
 * | headers or body too slow | 408 | `REQUEST_TIMEOUT` |
 * | `CONNECT` | 405 | `METHOD_NOT_ALLOWED` |
 * | anything else | 400 | `MALFORMED_REQUEST` |
 *
 * Answers are sent in the order of the requests (RFC 9112, section 9.3.2).
 */
export function answerMalformed(server: Server): void {
  const unanswered = new WeakMap<Duplex, IncomingMessage[]>();
  const failures = new WeakMap<Duplex, NodeJS.ErrnoException>();
  const refused = new WeakSet<Duplex>();
  /** The incomplete request is the one that cannot be parsed. */
  const refuseInTurn = (socket: Duplex): void => {
    const error = failures.get(socket);
    if (!error || unanswered.get(socket)?.some(({ complete }) => complete)) return;
    failures.delete(socket);
    refused.add(socket);
    refuse(socket, error);
  };
  server.on('request', (request, response) => {
    const { socket } = request;
    const calls = unanswered.get(socket) ?? [];
    if (calls.push(request) === 1) unanswered.set(socket, calls);
    response.once('close', () => {
      calls.splice(calls.indexOf(request), 1);
      refuseInTurn(socket);
    });
  });
  server.on('connect', (_request, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    refuse(socket, Object.assign(new Error('a tunnel'), { code: 'CONNECT' }));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What follows cannot be parsed either.
    if (refused.has(socket) && error.code !== 'ECONNRESET') return;
    failures.set(socket, error);
    refuseInTurn(socket);
  });
}

function refuse(socket: Duplex, error: NodeJS.ErrnoException): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = problemOf(malformations.get(error.code) ?? notHttp);
  const { status, code } = problem;
  const body = formatProblem(problem, { requestId: createMessageId() });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? code}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    ...(status === 405 ? ['allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] : []),
    'connection: close',
  ];
  endConnection(socket, `${head.join('\r\n')}\r\n\r\n${body}`);
}

/** By the code of Node's error. */
const malformations: ReadonlyMap<string | undefined, RequestError> = new Map([
  ['HPE_HEADER_OVERFLOW', requestError('HEADERS_TOO_LARGE', { detail: 'the headers are too long' })],
  ['CONNECT', requestError('METHOD_NOT_ALLOWED', { detail: 'this server is not a proxy' })],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    requestError('REQUEST_TIMEOUT', { detail: 'the request did not arrive in time' }),
  ],
]);

const notHttp = requestError('MALFORMED_REQUEST', { detail: 'the request is not valid HTTP' });
