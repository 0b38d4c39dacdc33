import type { RequestListener, Server } from 'node:http';
import { hostname } from 'node:os';
import { type Authenticator, openAuthenticator } from '@restmapper/auth';
import { type Bus, openAmqpBus, openMemoryBus } from '@restmapper/bus';
import { topologyOf } from '@restmapper/endpoints';
import { createLive, createLiveMetrics, type Live } from '@restmapper/liveupdate';
import {
  answerMalformed,
  createGateway,
  createGatewayMetrics,
  deferContinue,
  type Gateway,
} from '@restmapper/restmapper';
import {
  connectionsOf,
  createWorkerMetrics,
  checkWorkers,
  type Database,
  openPostgres,
  openWorkers,
} from '@restmapper/workers';
import { registerBusMetrics } from './process/bus-metrics.ts';
import type { FrontDoorRoute } from './http/front-door.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { createClientAddress, createNetworkCheck } from './http/client-address.ts';
import { limitConnectionsPerAddress } from './http/connections-per-address.ts';
import { openEmbeddedIn } from './process/data-folder.ts';
import { createHostGuard, type HostGuard } from './http/host-guard.ts';
import { createHostRule } from './http/hosts.ts';
import { checkAddress, closeServer, listen } from './http/http-server.ts';
import { isLoopback } from './http/loopback.ts';
import type { Service } from './process/service.ts';
import { createDeadLetterApi, deadLetterApiPath } from './dead-letters/dead-letter-api.ts';
import { createSystemGuard } from './system/system-guard.ts';
import { createSystemListener, systemPath } from './system/system-listener.ts';
import { createReporter } from './system/system-report.ts';
import { topologyUseOf } from './process/topology-use.ts';
import { findBrokenChannel, readServices } from './process/read-services.ts';
import { version } from './process/version.ts';

/** Opens RabbitMQ, or the bus in memory when there is no AMQP_URL; `workers` are those that run here, all of the file unless given. */
export function openBus(
  { settings, model, role, log, registry, readiness, closers }: Service,
  workers?: readonly string[],
): Bus {
  const topology = topologyOf(model);
  const use = topologyUseOf(role, model, workers);
  const { amqpUrls: urls } = settings;
  const name = `restmapper ${role} ${hostname()} ${process.pid}`;
  const bus =
    urls.length > 0 ? openAmqpBus({ urls, topology, use, log, name }) : openMemoryBus({ topology, log });
  readiness.add('bus', () =>
    bus.status.state === 'up' ? findBrokenChannel(bus) : `${bus.status.state}: ${bus.status.reason}`,
  );
  readiness.addServices(() => readServices({ model, role, bus, workers }));
  registerBusMetrics(registry, bus);
  return closers.add('bus', bus, (bus, timeoutMs) => bus.close({ timeoutMs }));
}

/**
 * Opens PostgreSQL, or the embedded one when there is no DATABASE_URL.
 *
 * @throws ConfigError when another process owns the embedded one's folder.
 */
export async function openDatabase({ settings, model, log, closers }: Service): Promise<Database> {
  const { databaseUrl: url, dataDir: directory } = settings;
  const db = url
    ? openPostgres({ url, log, maxConnections: connectionsOf(model.workers) })
    : await openEmbeddedIn({ directory, log });
  return closers.add('database', db, () => db.close());
}

/**
 * Finds what is wrong with workers before anything is opened for them.
 *
 * @throws ConfigError when the file has no such worker, or its module is invalid.
 */
export async function checkWorkersOf({ model }: Service, names?: readonly string[]): Promise<void> {
  await checkWorkers({ model, ...(names && { names }) });
}

export interface WorkersOptions {
  readonly bus: Bus;
  readonly db: Database;
  /** @default all of the file */
  readonly names?: readonly string[];
}

/**
 * Lets workers consume their queues; what the database lacks is brought up to date first.
 *
 * @throws ConfigError when the file has no such worker, or its module is invalid.
 */
export async function startWorkers(service: Service, { bus, db, names }: WorkersOptions): Promise<void> {
  const { model, log, registry, readiness, closers } = service;
  const metrics = createWorkerMetrics(registry);
  const workers = await openWorkers({ model, bus, db, names, log, metrics });
  readiness.add('database', () => workers.paused);
  closers.add('workers', workers, (workers, timeoutMs) => workers.close({ timeoutMs }));
}

/**
 * Makes the service's server, which does not listen yet.
 *
 * It comes before what it serves, so that on the way out the live clients leave first, then the
 * gateway ends each connection with its answer, and then the server waits for those answers.
 */
export function openServer({ settings, log, closers }: Service): Server {
  const { maxConnectionsPerAddress: max, trustedProxies } = settings;
  const server = createHttpServer();
  const isProxy = createNetworkCheck(trustedProxies);
  // Behind a proxy are many callers, and whoever is on this machine can do worse.
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
 * Opens what decides who may call.
 *
 * @throws ConfigError when a key, or a file that the `auth` section names, is invalid.
 */
export function openAuth({ model, log, closers }: Service): Authenticator {
  return closers.add('auth', openAuthenticator(model.auth, { log }), (authenticator) =>
    authenticator.close(),
  );
}

export interface ServedParts {
  readonly bus: Bus;
  readonly authenticator: Authenticator;
}

/** Makes the gateway; it serves once a server hands it requests. */
export function openGateway(
  { settings, model, log, registry, closers }: Service,
  { bus, authenticator }: ServedParts,
): Gateway {
  const metrics = createGatewayMetrics(registry);
  const gateway = createGateway({
    model,
    bus,
    log,
    authenticator,
    originRules: settings.originRules,
    clientAddress: createClientAddress(settings.trustedProxies),
    limits: { maxHeldBytes: settings.maxHeldBytes },
    metrics,
    version,
  });
  return closers.add('gateway', gateway, () => gateway.drain());
}

/** The gateway as a listener to a server's requests. */
export function listenerOf({ app }: Gateway): RequestListener {
  const callback = app.callback();
  return (request, response) => {
    // Koa answers errors itself: its promise never rejects.
    void callback(request, response);
  };
}

/** Makes what serves the report on the system, of which this process is a part, and its dead letters. */
export function createSystem(
  { model, settings, status, log }: Service,
  { bus, authenticator }: ServedParts,
): readonly FrontDoorRoute[] {
  const { peers, deadLetters, host, trustedProxies } = settings;
  const clientAddress = createClientAddress(trustedProxies);
  const guard = createSystemGuard({ auth: model.auth, authenticator, log, clientAddress });
  const isAllowedHost = deadLetters === 'loopback' ? createHostRule({ host, allowedHosts: [] }) : undefined;
  const isOpen = deadLetters !== 'off';
  const desk = createDeadLetterApi({ bus, model, log, guard, isOpen, isAllowedHost });
  const report = createReporter({ model, bus, status, peers });
  return [
    { prefix: deadLetterApiPath, listener: desk },
    { prefix: systemPath, listener: createSystemListener({ report, guard, log }) },
  ];
}

/** Makes the live bridge, which follows the feeds from now on. */
export function openLive(
  { settings, model, log, registry, readiness, closers }: Service,
  { bus, authenticator }: ServedParts,
): Live {
  const { originRules, trustedProxies } = settings;
  const live = createLive({
    model,
    bus,
    log,
    authenticator,
    ...originRules,
    clientAddress: createClientAddress(trustedProxies),
    metrics: createLiveMetrics(registry),
  });
  readiness.add('feeds', () => (live.isReady ? undefined : 'they cannot be read yet'));
  return closers.add('live', live, (live, timeoutMs) => live.close({ timeoutMs }));
}

/**
 * Finds out that the service's port is taken before the database is opened.
 *
 * @throws ConfigError
 */
export async function checkPort({ settings: { host, port } }: Service): Promise<void> {
  await checkAddress({ host, port });
}

/**
 * Lets a server listen on the service's port; resolves with its address, `host:port`.
 *
 * @throws ConfigError when the port is taken or not allowed.
 */
export async function listenOn({ settings }: Service, server: Server): Promise<string> {
  const { host, port } = settings;
  return `${host}:${await listen(server, { host, port })}`;
}
