import { createFrontDoor, liveRoutes, onLiveUpgrade } from '../http/front-door.ts';
import { openFrontPage } from '../page/front-page.ts';
import { openAuth } from '../parts/auth.ts';
import { openBus } from '../parts/bus.ts';
import { openDatabase } from '../parts/database.ts';
import { openGateway } from '../parts/gateway.ts';
import { liveUrls, openLive } from '../parts/live.ts';
import { checkPort, createGuard, listenOn, openServer } from '../parts/server.ts';
import { createSystem } from '../parts/system.ts';
import { checkWorkersOf, startWorkers } from '../parts/workers.ts';
import type { OpenRole } from './role.ts';

/** Opens everything in one process and on one port. */
export const open: OpenRole = async (service) => {
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
    { prefix: '/api/v1/', listener: gateway, strip: true },
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
  return { urls, bus };
};
