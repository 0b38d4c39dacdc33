import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Lets a server withhold `100 Continue` until the body is wanted. A caller that is refused before gets the
 * final status at once, and its connection ends, since the body may still come.
 *
 * @see RFC 9110, section 10.1.1
 */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request, response) => {
    waiting.set(request, response);
    response.shouldKeepAlive = false;
    server.emit('request', request, response);
  });
}

/** Tells a caller that waits for it to send the body. */
export function sendContinue(request: IncomingMessage): void {
  const response = waiting.get(request);
  if (!response) return;
  waiting.delete(request);
  response.shouldKeepAlive = true;
  response.writeContinue();
}
