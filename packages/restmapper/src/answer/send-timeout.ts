import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Disconnects a caller that reads nothing of its answer for a time; called before the answer is sent.
 *
 * Afterwards the server's idle timeout applies again, or none while a pipelined request waits for its answer.
 */
export function limitSending({ socket }: IncomingMessage, response: ServerResponse, timeoutMs: number): void {
  socket.setTimeout(timeoutMs);
  response.once('finish', () => {
    if (socket.timeout === timeoutMs) socket.setTimeout(0);
  });
}
