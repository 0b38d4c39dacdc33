import { ConfigError } from '@restmapper/endpoints';
import { onLiveUpgrade, routeByPrefix, sendNotFound } from '../front-door.ts';
import { formatFrontPage } from '../front-page.ts';
import {
  listenerOf,
  listenOn,
  openBus,
  openDatabase,
  openGateway,
  openLive,
  openServer,
  openWorkersOf,
} from '../parts.ts';
import { runService, type Service, type ServiceOptions } from '../service.ts';

/** Runs everything in one process and on one port; resolves with the exit code. */
export function start(options: ServiceOptions): Promise<number> {
  return runService(
    'start',
    async (service) => {
      const db = await openDatabase(service);
      const bus = openBus(service);
      await openWorkersOf(service, { bus, db });
      const server = openServer(service);
      const gateway = openGateway(service, bus);
      const live = openLive(service, bus);
      const frontPage = formatFrontPage(service.model);
      server.on('request', routeByPrefix({ api: listenerOf(gateway), frontPage }));
      server.on('upgrade', onLiveUpgrade(live.handleUpgrade));
      const address = await listenOn(service, server);
      const urls = [
        ['API', `http://${address}/api/v1/`],
        ['live', `ws://${address}/ws/v1/`],
      ] as const;
      return { urls, usesDatabase: true };
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
      server.on('request', listenerOf(openGateway(service, bus)));
      const address = await listenOn(service, server);
      return { urls: [['API', `http://${address}/`]], usesDatabase: false };
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
      server.on('request', sendNotFound);
      server.on('upgrade', onLiveUpgrade(openLive(service, bus).handleUpgrade));
      const address = await listenOn(service, server);
      return { urls: [['live', `ws://${address}/ws/v1/`]], usesDatabase: false };
    },
    options,
  );
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
      const db = await openDatabase(service);
      await openWorkersOf(service, {
        bus: openBus(service),
        db,
        ...(names.length > 0 && { names }),
      });
      return { urls: [], usesDatabase: true };
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
