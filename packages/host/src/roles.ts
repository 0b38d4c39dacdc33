import { ConfigError } from '@restmapper/core';
import { createFrontDoor, liveRoutes, onLiveUpgrade } from './http/front-door.ts';
import { openFrontPage } from './page/front-page.ts';
import {
  checkPort,
  checkWorkersOf,
  createGuard,
  createSystem,
  listenerOf,
  listenOn,
  openAuth,
  openBus,
  openDatabase,
  openGateway,
  openLive,
  openServer,
  startWorkers,
} from './components.ts';
import { runService, type Service, type ServiceOptions } from './process/service.ts';

/** Runs everything in one process and on one port; resolves with the exit code. */
export function start(options: ServiceOptions): Promise<number> {
  return runService(
    'start',
    async (service) => {
      await checkPort(service);
      await checkWorkersOf(service);
      const authenticator = openAuth(service);
      const db = await openDatabase(service);
      const bus = openBus(service);
      await startWorkers(service, { bus, db });
      const server = openServer(service);
      const gateway = openGateway(service, { bus, authenticator });
      const live = openLive(service, { bus, authenticator });
      const routes = [
        { prefix: '/api/v1/', listener: listenerOf(gateway), strip: true },
        ...createSystem(service, { bus, authenticator }),
        ...liveRoutes(live.handleRequest),
      ];
      const guard = createGuard(service);
      server.on('request', guard.request(createFrontDoor(routes, openFrontPage(service.model))));
      onLiveUpgrade(server, guard.upgrade(live.handleUpgrade));
      const address = await listenOn(service, server);
      const urls = [
        ['page', `http://${address}/`],
        ['API', `http://${address}/api/v1/`],
        ...liveUrls(address),
      ] as const;
      return { urls, bus, usesDatabase: true };
    },
    options,
  );
}

/** Runs the gateway; resolves with the exit code. */
export function serve(options: ServiceOptions): Promise<number> {
  return runService(
    'serve',
    async (service) => {
      refuseEmbeddedBus(service);
      const bus = openBus(service);
      const server = openServer(service);
      const authenticator = openAuth(service);
      const gateway = listenerOf(openGateway(service, { bus, authenticator }));
      // One gateway alone is not the system: the others have to be named.
      const system = service.settings.peers.length > 0 ? createSystem(service, { bus, authenticator }) : [];
      server.on('request', createGuard(service).request(createFrontDoor(system, gateway)));
      const address = await listenOn(service, server);
      return { urls: [['API', `http://${address}/`]], bus, usesDatabase: false };
    },
    options,
  );
}

/** Runs the live bridge; resolves with the exit code. */
export function live(options: ServiceOptions): Promise<number> {
  return runService(
    'live',
    async (service) => {
      refuseEmbeddedBus(service);
      const bus = openBus(service);
      const server = openServer(service);
      const live = openLive(service, { bus, authenticator: openAuth(service) });
      const guard = createGuard(service);
      server.on(
        'request',
        guard.request(createFrontDoor(liveRoutes(live.handleRequest), live.handleRequest)),
      );
      onLiveUpgrade(server, guard.upgrade(live.handleUpgrade));
      const address = await listenOn(service, server);
      return { urls: liveUrls(address), bus, usesDatabase: false };
    },
    options,
  );
}

/** Where the feeds are, by WebSocket, as Server-Sent Events and as history. */
function liveUrls(address: string) {
  return [
    ['live', `ws://${address}/ws/v1/`],
    ['events', `http://${address}/sse/v1/<feed>`],
    ['history', `http://${address}/live/v1/<feed>`],
  ] as const;
}

export interface WorkOptions extends ServiceOptions {
  /** Empty: every worker of the file. */
  readonly names: readonly string[];
}

/** Runs workers; resolves with the exit code. */
export function work({ names, ...options }: WorkOptions): Promise<number> {
  return runService(
    'work',
    async (service) => {
      refuseEmbeddedBus(service);
      const chosen = names.length > 0 ? names : undefined;
      await checkWorkersOf(service, chosen);
      const db = await openDatabase(service);
      const bus = openBus(service, chosen);
      await startWorkers(service, { bus, db, ...(chosen && { names: chosen }) });
      return { urls: [], bus, usesDatabase: true };
    },
    options,
  );
}

/** @throws ConfigError when there is no AMQP_URL: processes cannot share a bus in memory. */
function refuseEmbeddedBus({ role, settings }: Service): void {
  if (settings.amqpUrls.length > 0) return;
  throw new ConfigError(
    `${role} needs AMQP_URL: the embedded bus lives within one process. Set it, or run \`restmapper start\``,
  );
}
