import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Lets a server keep callers who wait for `100 Continue` until their body is wanted; those who are refused
 * before get the final status at once, and their connection ends, since the body may come or not.
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

/** Tells a caller who waits for it to send the body. */
export function sendContinue(request: IncomingMessage): void {
  const response = waiting.get(request);
  if (!response) return;
  waiting.delete(request);
  response.shouldKeepAlive = true;
  response.writeContinue();
}
