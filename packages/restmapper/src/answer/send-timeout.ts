import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Cuts a caller that takes nothing of its answer for so long; called when the answer is about to be sent.
 *
 * Afterwards the time that the server lets connections be idle holds again, or none while an answer to a
 * request that was pipelined is being waited for.
 */
export function limitSending({ socket }: IncomingMessage, response: ServerResponse, timeoutMs: number): void {
  socket.setTimeout(timeoutMs);
  response.once('finish', () => {
    if (socket.timeout === timeoutMs) socket.setTimeout(0);
  });
}
