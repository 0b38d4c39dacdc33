import type { RequestListener } from 'node:http';
import { settlesWithin } from '@restmapper/core';
import { createGateway, createGatewayMetrics } from '@restmapper/restmapper';
import { createClientAddress } from '../http/client-address.ts';
import type { Service } from '../process/service.ts';
import { version } from '../process/version.ts';
import type { Listening, ServedParts } from './served.ts';

/** Makes the gateway: a listener to a server's requests. */
export function openGateway(
  service: Service,
  { bus, authenticator }: ServedParts,
): Listening<RequestListener> {
  const { settings, model, log, registry, closers } = service;
  const gateway = createGateway({
    model,
    bus,
    log,
    authenticator,
    originRules: settings.originRules,
    clientAddress: createClientAddress(settings.trustedProxies),
    limits: { maxHeldBytes: settings.maxHeldBytes },
    metrics: createGatewayMetrics(registry),
    isTimed: settings.isTimed,
    version,
    basePath: settings.basePath,
  });
  closers.add('gateway', gateway, () => gateway.drain());
  const callback = gateway.app.callback();
  return {
    listener: (request, response) => {
      // Koa answers errors itself: its promise never rejects.
      void callback(request, response);
    },
    part: {
      async prepare(served) {
        const next = gateway.prepare(served);
        let ended: Promise<void> = Promise.resolve();
        return {
          adopt: () => void (ended = next.adopt()),
          retire: async (timeoutMs) => void (await settlesWithin(ended, timeoutMs)),
        };
      },
    },
  };
}
