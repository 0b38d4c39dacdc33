import { settlesWithin } from '@restmapper/core';
import { createLive, createLiveMetrics, type Live } from '@restmapper/liveupdate';
import { createClientAddress } from '../http/client-address.ts';
import type { Service } from '../process/service.ts';
import type { Listening, ServedParts } from './served.ts';

/** Makes the live bridge, which follows the feeds from now on. */
export function openLive(service: Service, { bus, authenticator }: ServedParts): Listening<Live> {
  const { settings, model, log, registry, readiness, closers } = service;
  const { originRules, trustedProxies } = settings;
  const live = createLive({
    model,
    bus,
    log,
    authenticator,
    ...originRules,
    clientAddress: createClientAddress(trustedProxies),
    metrics: createLiveMetrics(registry),
  });
  readiness.add('feeds', () => (live.isReady ? undefined : 'they cannot be read yet'));
  closers.add('live', live, (live, timeoutMs) => live.close({ timeoutMs }));
  return {
    listener: live,
    part: {
      async prepare(served) {
        const next = await live.prepare(served);
        let ended: Promise<void> = Promise.resolve();
        return {
          adopt: () => void (ended = next.adopt()),
          retire: async (timeoutMs) => void (await settlesWithin(ended, timeoutMs)),
          discard: () => next.discard(),
        };
      },
    },
  };
}

/** Where the feeds are, by WebSocket, as Server-Sent Events and as history. */
export function liveUrls(address: string) {
  return [
    ['live', `ws://${address}/ws/v1/`],
    ['events', `http://${address}/sse/v1/<feed>`],
    ['history', `http://${address}/live/v1/<feed>`],
  ] as const;
}
