import type { Socket } from 'node:net';
import { callerLeft } from '../request/body-reader.ts';

const signals = new WeakMap<Socket, AbortSignal>();

/**
 * Aborts with CALLER_LEFT when the caller closes the connection.
 *
 * A connection has one signal for all of its requests, since creating one is expensive.
 */
export function callerSignal(socket: Socket): AbortSignal {
  const known = signals.get(socket);
  if (known) return known;
  const left = new AbortController();
  signals.set(socket, left.signal);
  const leave = (): void => left.abort(callerLeft());
  if (socket.destroyed) leave();
  else socket.once('close', leave);
  return left.signal;
}
