import { createFrontDoor } from '../http/front-door.ts';
import { openAuth } from '../parts/auth.ts';
import { openBus } from '../parts/bus.ts';
import { openGateway } from '../parts/gateway.ts';
import { createGuard, listenOn, openServer } from '../parts/server.ts';
import { openSystemRoutes } from '../parts/system.ts';
import { topologyPart } from '../parts/topology.ts';
import type { OpenRole } from './role.ts';

/** Opens the gateway. */
export const open: OpenRole = async (service) => {
  const bus = openBus(service);
  const server = openServer(service);
  const auth = openAuth(service);
  const served = { bus, authenticator: auth.authenticator };
  const gateway = openGateway(service, served);
  const system = openSystemRoutes(service, served);
  // A gateway is only part of the system: the others must be listed.
  const routes = service.settings.peers.length > 0 ? system.listener : [];
  server.on('request', createGuard(service).request(createFrontDoor(routes, gateway.listener)));
  const address = await listenOn(service, server);
  const part = auth.around([gateway.part, system.part, topologyPart(service, bus)]);
  return { urls: [['API', `http://${address}/`]], bus, part };
};
