import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What has arrived behind the headers. */
  readonly head: Buffer;
}

const upgradeOption = /^(?:upgrade|http2-settings)$/i;

/**
 * Serves a request that asked for another protocol as if it had not (RFC 9110, section 7.8).
 *
 * Some clients offer HTTP/2 with every request. Node hands each request that asks for anything to the
 * `upgrade` listener of a server that has one, and then no longer reads the connection as HTTP.
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
