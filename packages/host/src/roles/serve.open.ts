import type { RequestListener } from 'node:http';
import { requestError } from '@restmapper/core';
import { createFrontDoor } from '../http/front-door.ts';
import { sendProblem } from '../http/problem-answer.ts';
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
  const { peers, basePath } = service.settings;
  const api = basePath === undefined ? gateway.listener : refuseOutside(basePath);
  const mounted = { prefix: `${basePath}/`, listener: gateway.listener, strip: true };
  // A gateway is only part of the system: the others must be listed.
  const routes = [...(peers.length > 0 ? system.listener : []), ...(basePath === undefined ? [] : [mounted])];
  server.on('request', createGuard(service).request(createFrontDoor(routes, api)));
  const address = await listenOn(service, server);
  const part = auth.around([gateway.part, system.part, topologyPart(service, bus)]);
  return { urls: [['API', `http://${address}${basePath ?? ''}/`]], bus, part };
};

/** Refuses requests for other paths, as a proxy sends them that removes what it should pass on. */
function refuseOutside(basePath: string): RequestListener {
  const detail = `the API is under ${basePath}/`;
  return (_request, response) => sendProblem(response, requestError('NOT_FOUND', { detail }));
}
