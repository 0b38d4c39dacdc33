import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ConfigError } from '@restmapper/endpoints';

/**
 * Listens; resolves with the port, also where 0 asked for a free one.
 *
 * @throws ConfigError when the port is taken or not allowed.
 */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, `${host}:${port}`)));
    server.listen(port, host, resolve);
  });
  // The address of a server that listens on TCP is an object.
  return (server.address() as AddressInfo).port;
}

function listenError(error: NodeJS.ErrnoException, address: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(`${address} is in use by another program; choose another PORT or ADMIN_PORT`);
    case 'EACCES':
      return new ConfigError(`${address}: not allowed to listen there; choose a PORT above 1023`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(`${address} is no address of this machine; check HOST`);
    default:
      return error;
  }
}

/** How often a closing server looks for connections that have become idle. */
const idleCheckMs = 50;

/** Within so short a turn of the event loop hardly any connection arrives. */
const shortTurnMs = 0.05;

/** How long a closing server waits for such a turn. */
const maxWaitMs = 1_000;

/** Accepts no more, lets the requests in flight finish, then cuts what is left at the deadline. */
export async function closeServer(server: Server, timeoutMs: number): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await acceptWaiting(server, Math.min(maxWaitMs, timeoutMs));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}

/**
 * Resolves when no connection waits to be accepted.
 *
 * The kernel resets those that wait when a server stops listening, and a proxy cannot tell that the
 * request it had sent over one was never read. A turn of the event loop accepts one connection, and
 * with many at work others come meanwhile: this waits for a turn that was short and brought none.
 */
async function acceptWaiting(server: Server, timeoutMs: number): Promise<void> {
  let accepted = 0;
  const count = (): void => void (accepted += 1);
  server.on('connection', count);
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const [acceptedBefore, beganMs] = [accepted, performance.now()];
    await setImmediate();
    const nowMs = performance.now();
    if (nowMs > endMs || (accepted === acceptedBefore && nowMs - beganMs < shortTurnMs)) break;
  }
  server.off('connection', count);
}
