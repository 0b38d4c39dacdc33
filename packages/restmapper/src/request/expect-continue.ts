import type { IncomingMessage, Server, ServerResponse } from 'node:http';

interface Waiting {
  readonly response: ServerResponse;
  /** Whether the connection is to go on afterwards, as the caller and the server want it. */
  readonly isKept: boolean;
}

const waiting = new WeakMap<IncomingMessage, Waiting>();

/**
 * Lets a server withhold `100 Continue` until the body is wanted. A caller that is refused before gets the
 * final status at once, and its connection ends, since the body may still come.
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

/** Tells a caller that waits for it to send the body. */
export function sendContinue(request: IncomingMessage): void {
  const found = waiting.get(request);
  if (!found) return;
  waiting.delete(request);
  found.response.shouldKeepAlive = found.isKept;
  found.response.writeContinue();
}
