import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** The bytes received after the headers. */
  readonly head: Buffer;
}

const upgradeOption = /^(?:upgrade|http2-settings)$/i;

/**
 * Serves a request for another protocol without upgrading (RFC 9110, section 7.8).
 *
 * Some clients offer HTTP/2 with every request. Node passes each request with an offer to the server's
 * `upgrade` listener, and then no longer parses the connection as HTTP.
 */
export function serveWithoutUpgrade(server: Server, { request, socket, head }: UpgradeRequest): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!upgradeOption.test(name) && !/^connection$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  const options = (request.headers.connection ?? '').split(',').map((option) => option.trim());
  const left = options.filter((option) => !upgradeOption.test(option));
  if (left.length > 0) lines.push(`connection: ${left.join(', ')}`);
  // These bytes have been parsed once, so none of them can end a line or a header early.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
