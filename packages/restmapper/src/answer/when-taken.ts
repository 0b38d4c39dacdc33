import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const untaken = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once, when an answer has been sent completely or its connection is gone.
 *
 * Node does not notify an answer that waits behind an earlier one when the connection closes, so one listener
 * on the connection does this for all of them.
 */
export function whenTaken({ socket }: IncomingMessage, response: ServerResponse, done: () => void): void {
  const waiting = untaken.get(socket) ?? listen(socket);
  const end = (): void => {
    if (waiting.delete(end)) done();
  };
  waiting.add(end);
  if (socket.destroyed) end();
  else response.once('close', end);
}

function listen(socket: Socket): Set<() => void> {
  const waiting = new Set<() => void>();
  untaken.set(socket, waiting);
  socket.once('close', () => {
    for (const end of waiting) end();
  });
  return waiting;
}
