import { createClientAddress } from '../http/client-address.ts';
import type { FrontDoorRoute } from '../http/front-door.ts';
import { createHostRule } from '../http/hosts.ts';
import { createDeadLetterApi, deadLetterApiPath } from '../dead-letters/dead-letter-api.ts';
import type { Service } from '../process/service.ts';
import { createSystemGuard } from '../system/system-guard.ts';
import { createSystemListener, systemPath } from '../system/system-listener.ts';
import { createReporter } from '../system/system-report.ts';
import type { ServedParts } from './served.ts';

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
