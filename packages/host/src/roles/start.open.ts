import { createFrontDoor, liveRoutes, onLiveUpgrade } from '../http/front-door.ts';
import { openFrontPage } from '../page/front-page.ts';
import type { Bus } from '@restmapper/bus';
import type { Database } from '@restmapper/workers';
import { openAuth } from '../parts/auth.ts';
import { openBus } from '../parts/bus.ts';
import { connectionsPart, openDatabase, openWhenUsed } from '../parts/database.ts';
import { openGateway } from '../parts/gateway.ts';
import { liveUrls, openLive } from '../parts/live.ts';
import { checkPort, createGuard, listenOn, openServer } from '../parts/server.ts';
import { openSystemRoutes } from '../parts/system.ts';
import { topologyPart } from '../parts/topology.ts';
import { checkWorkersOf, startWorkers } from '../parts/workers.ts';
import type { Service } from '../process/service.ts';
import { basePathOf } from '../process/settings.ts';
import type { OpenedRole, OpenRole } from './role.ts';

/** Opens what the system keeps its messages and rows in. */
export interface Resources {
  readonly openBus: (service: Service) => Bus;
  readonly openDatabase: (service: Service) => Promise<Database>;
}

/** Opens everything in one process and on one port. */
export const open: OpenRole = (service) => openOn({ openBus, openDatabase }, service);

/** Opens everything in one process and on one port, on another bus or database. */
export async function openOn(resources: Resources, service: Service): Promise<OpenedRole> {
  await checkPort(service);
  await checkWorkersOf(service);
  const auth = openAuth(service);
  const { db, part: opening } = await openWhenUsed(service, resources.openDatabase);
  const bus = resources.openBus(service);
  const workers = await startWorkers(service, { bus, db });
  const server = openServer(service);
  const basePath = basePathOf(service.settings);
  const served = { bus, authenticator: auth.authenticator };
  const gateway = openGateway(service, served);
  const live = openLive(service, served);
  const system = openSystemRoutes(service, served);
  const routes = [
    { prefix: `${basePath}/`, listener: gateway.listener, strip: true },
    ...system.listener,
    ...liveRoutes(live.listener.handleRequest),
  ];
  const guard = createGuard(service);
  server.on('request', guard.request(createFrontDoor(routes, openFrontPage(service))));
  onLiveUpgrade(server, guard.upgrade(live.listener.handleUpgrade));
  const address = await listenOn(service, server);
  const urls = [
    ['page', `http://${address}/`],
    ['API', `http://${address}${basePath}/`],
    ...liveUrls(address),
  ] as const;
  const asked = [opening, workers, connectionsPart(service, db), topologyPart(service, bus)];
  return { urls, bus, part: auth.around([gateway.part, system.part, ...asked, live.part]) };
}
