import type { IncomingMessage, Server, ServerResponse } from 'node:http';

interface Waiting {
  readonly response: ServerResponse;
  /** Whether the connection stays open afterwards, as the caller and the server request. */
  readonly isKept: boolean;
}

const waiting = new WeakMap<IncomingMessage, Waiting>();

/**
 * Makes a server withhold `100 Continue` until the body is needed. A caller refused before that gets the
 * final status at once, and its connection is closed, since the body may still arrive.
 *
 * @see RFC 9110, section 10.1.1
 */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request, response) => {
    waiting.set(request, { response, isKept: response.shouldKeepAlive });
    response.shouldKeepAlive = false;
    server.emit('request', request, response);
  });
}

/** Asks a waiting caller to send the body. */
export function sendContinue(request: IncomingMessage): void {
  const found = waiting.get(request);
  if (!found) return;
  waiting.delete(request);
  found.response.shouldKeepAlive = found.isKept;
  found.response.writeContinue();
}
