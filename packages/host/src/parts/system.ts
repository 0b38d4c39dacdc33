import type { RequestListener } from 'node:http';
import { createClientAddress } from '../http/client-address.ts';
import type { FrontDoorRoute } from '../http/front-door.ts';
import { createHostRule } from '../http/hosts.ts';
import { createDeadLetterApi, deadLetterApiPath } from '../dead-letters/dead-letter-api.ts';
import { createInputApi, inputApiPath } from '../inputs/input-api.ts';
import type { Service } from '../process/service.ts';
import { createSystemGuard } from '../system/system-guard.ts';
import { createSystemListener, systemPath } from '../system/system-listener.ts';
import { createReporter } from '../system/system-report.ts';
import type { ServedGeneration } from './part.ts';
import type { Listening, ServedParts } from './served.ts';

interface SystemListeners {
  readonly desk: RequestListener;
  readonly inputs: RequestListener;
  readonly report: RequestListener;
}

/** Creates the listeners for the system report, for dead letters and for inputs. */
export function openSystemRoutes(
  service: Service,
  { bus, authenticator }: ServedParts,
): Listening<readonly FrontDoorRoute[]> {
  const create = (generation: ServedGeneration) => createListeners(service, { ...generation, bus });
  let now = create({ model: service.model, authenticator });
  const desk: RequestListener = (request, response) => now.desk(request, response);
  const inputs: RequestListener = (request, response) => now.inputs(request, response);
  const report: RequestListener = (request, response) => now.report(request, response);
  return {
    listener: [
      { prefix: deadLetterApiPath, listener: desk },
      { prefix: inputApiPath, listener: inputs },
      { prefix: systemPath, listener: report },
    ],
    part: {
      async prepare(served) {
        const next = create(served);
        return { adopt: () => void (now = next) };
      },
    },
  };
}

function createListeners(
  service: Service,
  { model, bus, authenticator }: ServedGeneration & ServedParts,
): SystemListeners {
  const { settings, status, log } = service;
  const { peers, deadLetters, host, trustedProxies } = settings;
  const clientAddress = createClientAddress(trustedProxies);
  const guard = createSystemGuard({ auth: model.auth, authenticator, log, clientAddress });
  const isAllowedHost = deadLetters === 'loopback' ? createHostRule({ host, allowedHosts: [] }) : undefined;
  const isLocalHost = createHostRule({ host: '127.0.0.1', allowedHosts: [] });
  const isOpen = deadLetters !== 'off';
  const report = createReporter({ model, bus, status, peers });
  return {
    desk: createDeadLetterApi({ bus, model, log, guard, isOpen, isAllowedHost }),
    inputs: createInputApi({ bus, model, log, guard, isAllowedHost: isLocalHost }),
    report: createSystemListener({ report, files: () => service.fileReport, guard, log }),
  };
}
