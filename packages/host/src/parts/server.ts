import type { Server } from 'node:http';
import { answerMalformed, deferContinue } from '@restmapper/restmapper';
import { createNetworkCheck } from '../http/client-address.ts';
import { limitConnectionsPerAddress } from '../http/connections-per-address.ts';
import { createHttpServer } from '../http/create-http-server.ts';
import { createHostGuard, type HostGuard } from '../http/host-guard.ts';
import { createHostRule } from '../http/hosts.ts';
import { checkAddress, closeServer, listen } from '../http/http-server.ts';
import { isLoopback } from '../http/loopback.ts';
import type { Service } from '../process/service.ts';

/**
 * Creates the service's server, not listening yet.
 *
 * It is opened before its parts, so that on shutdown the live clients leave first, then the gateway ends each
 * connection with its answer, and then the server waits for those answers.
 */
export function openServer({ settings, log, closers }: Service): Server {
  const { maxConnectionsPerAddress: max, trustedProxies } = settings;
  const server = createHttpServer();
  const isProxy = createNetworkCheck(trustedProxies);
  // A proxy stands for many callers, and a program on this machine can do worse anyway.
  const isExempt = (address: string): boolean => isLoopback(address) || isProxy(address);
  limitConnectionsPerAddress(server, { max, isExempt, log });
  answerMalformed(server);
  deferContinue(server);
  return closers.add('http', server, closeServer);
}

/** Makes the guard that every request to the service's port passes first. */
export function createGuard({ settings, log }: Service): HostGuard {
  return createHostGuard({ isAllowed: createHostRule(settings), log });
}

/**
 * Checks that the service's port is free before the database is opened.
 *
 * @throws ConfigError
 */
export async function checkPort({ settings: { host, port } }: Service): Promise<void> {
  await checkAddress({ host, port });
}

/**
 * Makes a server listen on the service's port; resolves with its address, `host:port`.
 *
 * @throws ConfigError if the port is in use or not allowed.
 */
export async function listenOn({ settings }: Service, server: Server): Promise<string> {
  const { host, port } = settings;
  return `${host}:${await listen(server, { host, port })}`;
}
