import type { Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@restmapper/core';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The setting with the port, for errors. @default 'PORT' */
  readonly setting?: 'PORT' | 'ADMIN_PORT';
}

/**
 * Listens; resolves with the port, even if 0 requested a free one.
 *
 * @throws ConfigError if the port is in use or not allowed.
 */
export async function listen(server: NetServer, address: ListenAddress): Promise<number> {
  const { host, port } = address;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, address)));
    server.listen(port, host, resolve);
  });
  // The address of a server that listens on TCP is an object.
  return (server.address() as AddressInfo).port;
}

/**
 * Checks whether a server could listen, before anything slow is opened for it.
 *
 * @throws ConfigError if the port is in use or not allowed.
 */
export async function checkAddress(address: ListenAddress): Promise<void> {
  const server = createNetServer();
  await listen(server, address);
  await close(server);
}

function listenError(error: NodeJS.ErrnoException, { host, port, setting = 'PORT' }: ListenAddress): Error {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(
        `${address} is in use by another program, or another restmapper: stop it, or set ${setting} to another port`,
      );
    case 'EACCES':
      return new ConfigError(`${address}: not allowed to listen there; set ${setting} to a port above 1023`);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return new ConfigError(
        `HOST ${host} is not an address of this machine; 0.0.0.0 stands for all of them`,
      );
    default:
      return error;
  }
}

/**
 * How long a closing server continues, while its answers ask clients to disconnect.
 *
 * A proxy that is slow to notice a closed connection may send a request on it, and cannot tell whether it was read.
 */
const farewellMs = 250;

/** This many turns of the event loop without a new connection count as quiet; a turn accepts at most one. */
const quietTurns = 10;

/** How often it looks for connections that have become idle. */
const idleCheckMs = 50;

/** Accepts no more connections, lets the requests in flight finish, then cuts the rest at the deadline. */
export async function closeServer(server: Server, timeoutMs: number): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await sleep(Math.min(farewellMs, timeoutMs));
  const door = narrowDoor(server);
  await untilQuiet(door, timeoutMs / 2);
  const idle = setInterval(() => void closeIdle(server), idleCheckMs);
  await Promise.all([close(server), close(door)]);
  clearInterval(idle);
  clearTimeout(cut);
}

/** A connection is idle only once what has arrived on it was read: after the next turn of the event loop. */
async function closeIdle(server: Server): Promise<void> {
  await setImmediate();
  server.closeIdleConnections();
}

/**
 * Shrinks the accept queue, so that the kernel makes new clients retry.
 *
 * When a server stops listening, the kernel resets waiting connections, and a proxy cannot tell that a
 * request sent over one was never read. A proxy that could not connect tries another server instead.
 */
function narrowDoor(server: Server): NetServer {
  const door = createNetServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    server.emit('connection', socket);
  });
  return door.listen(server, 1);
}

/** Resolves when no more connections arrive, at the latest at the deadline. */
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
