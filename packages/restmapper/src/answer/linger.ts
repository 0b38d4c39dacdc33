import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { announcesBody } from '../request/body-reader.ts';

/** How long a caller that is still sending may take to read its answer. */
const lingerMs = 1000;

/**
 * Makes a server that closes a connection after its answer receive the rest of the request first, for up to a
 * second.
 *
 * Closing at once would reset the connection, and the caller might never see the answer.
 * @see RFC 9112, section 9.6
 */
export function lingerOnClose(server: Server): void {
  server.on('request', (request, response) => {
    if (!response.shouldKeepAlive && announcesBody(request)) deferEnd(request, response);
  });
}

/** Makes the next `end` of a response wait for its request. */
function deferEnd(request: IncomingMessage, response: ServerResponse): void {
  const end = response.end.bind(response);
  const write = response.write.bind(response);
  const endLater = (...[chunk, ...rest]: [chunk?: unknown, ...rest: unknown[]]): ServerResponse => {
    Object.assign(response, { end });
    if (request.complete || response.shouldKeepAlive) return Reflect.apply(end, response, [chunk, ...rest]);
    if (chunk instanceof Uint8Array || typeof chunk === 'string')
      Reflect.apply(write, response, [chunk, ...rest]);
    else response.flushHeaders();
    request.resume();
    endAfterRequest(request, response);
    return response;
  };
  Object.assign(response, { end: endLater });
}

/** Ends a response, all of which is written, once its request has been received, or after a second. */
export function endAfterRequest(request: IncomingMessage, response: ServerResponse): void {
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.once('close', end);
}

/** Sends the last bytes of a connection, and closes it once the caller does, or after a second. */
export function endConnection(socket: Duplex, text: string): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  const isSent = new Promise<void>((resolve) => socket.end(text, resolve));
  socket.once('end', () => void isSent.then(() => socket.destroy()));
  socket.resume();
}
