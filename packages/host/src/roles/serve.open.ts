import { createFrontDoor } from '../http/front-door.ts';
import { openAuth } from '../parts/auth.ts';
import { openBus } from '../parts/bus.ts';
import { openGateway } from '../parts/gateway.ts';
import { createGuard, listenOn, openServer } from '../parts/server.ts';
import { createSystem } from '../parts/system.ts';
import type { OpenRole } from './role.ts';

/** Opens the gateway. */
export const open: OpenRole = async (service) => {
  const bus = openBus(service);
  const server = openServer(service);
  const authenticator = openAuth(service);
  const gateway = openGateway(service, { bus, authenticator });
  // One gateway alone is not the system: the others have to be named.
  const system = service.settings.peers.length > 0 ? createSystem(service, { bus, authenticator }) : [];
  server.on('request', createGuard(service).request(createFrontDoor(system, gateway)));
  const address = await listenOn(service, server);
  return { urls: [['API', `http://${address}/`]], bus };
};
