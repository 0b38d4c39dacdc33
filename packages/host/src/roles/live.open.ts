import { createFrontDoor, liveRoutes, onLiveUpgrade } from '../http/front-door.ts';
import { openAuth } from '../parts/auth.ts';
import { openBus } from '../parts/bus.ts';
import { liveUrls, openLive } from '../parts/live.ts';
import { createGuard, listenOn, openServer } from '../parts/server.ts';
import { topologyPart } from '../parts/topology.ts';
import type { OpenRole } from './role.ts';

/** Opens the live bridge. */
export const open: OpenRole = async (service) => {
  const bus = openBus(service);
  const server = openServer(service);
  const auth = openAuth(service);
  const { listener: live, part } = openLive(service, { bus, authenticator: auth.authenticator });
  const guard = createGuard(service);
  server.on('request', guard.request(createFrontDoor(liveRoutes(live.handleRequest), live.handleRequest)));
  onLiveUpgrade(server, guard.upgrade(live.handleUpgrade));
  const address = await listenOn(service, server);
  return { urls: liveUrls(address), bus, part: auth.around([topologyPart(service, bus), part]) };
};
