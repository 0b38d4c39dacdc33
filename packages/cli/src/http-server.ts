import type { Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
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

/** How long a closing server goes on, while its answers tell clients to leave. */
const farewellMs = 100;

/** So many turns of the event loop without a connection are quiet; a turn accepts one at most. */
const quietTurns = 10;

/** How often it looks for connections that have become idle. */
const idleCheckMs = 50;

/** Accepts no more, lets the requests in flight finish, then cuts what is left at the deadline. */
export async function closeServer(server: Server, timeoutMs: number): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await sleep(Math.min(farewellMs, timeoutMs));
  const door = narrowDoor(server);
  await untilQuiet(door, timeoutMs / 2);
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  await Promise.all([close(server), close(door)]);
  clearInterval(idle);
  clearTimeout(cut);
}

/**
 * Lets hardly any connection wait to be accepted: the kernel makes those who come meanwhile try again.
 *
 * It resets those that wait when a server stops listening, and a proxy cannot tell that the request it
 * had sent over one was never read. One that could not connect asks another server instead.
 */
function narrowDoor(server: Server): NetServer {
  const door = createNetServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    server.emit('connection', socket);
  });
  return door.listen(server, 1);
}

/** Resolves when no more connections come, at the deadline in any case. */
async function untilQuiet(door: NetServer, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  let quiet = 0;
  door.on('connection', () => (quiet = 0));
  while (quiet < quietTurns && performance.now() < endMs) {
    quiet += 1;
    await setImmediate();
  }
}

function close(server: NetServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
