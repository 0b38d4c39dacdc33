import type { BindingSpec, Topology } from '@restmapper/core';
import type { Endpoint, Model } from './model.ts';

/** How often a message may come back unsettled, by crashes of its worker, before it is a dead letter. */
const deliveryLimit = 20;

/** Derives the exchanges, queues and bindings of a file: one exchange per endpoint, one queue per consumer. */
export function topologyOf(model: Model): Topology {
  const rpcEndpoints = model.endpoints.filter(({ delivery }) => delivery.kind === 'rpc');
  const work = model.endpoints.flatMap((endpoint) =>
    workQueues(endpoint, model).map((queue) => ({ endpoint, queue })),
  );
  return {
    exchanges: model.endpoints.map(({ exchange, delivery }) => ({
      name: exchange,
      type: delivery.kind === 'fanout' ? 'fanout' : 'direct',
    })),
    queues: [
      ...work.map(({ queue }) => ({ kind: 'work' as const, name: queue, deliveryLimit })),
      ...rpcEndpoints.map(({ exchange }) => ({ kind: 'rpc' as const, name: exchange })),
      ...model.feeds.map(({ queue, maxAgeSeconds, maxBytes }) => ({
        kind: 'feed' as const,
        name: queue,
        maxAgeSeconds,
        maxBytes,
      })),
    ],
    bindings: [
      ...work.map(({ endpoint, queue }) => bind(endpoint, queue)),
      ...rpcEndpoints.map((endpoint) => bind(endpoint, endpoint.exchange)),
      ...model.feeds.flatMap((feed) =>
        model.endpoints
          .filter((endpoint) => endpoint.feed === feed.name)
          .map((endpoint) => bind(endpoint, feed.queue)),
      ),
    ],
  };
}

/**
 * The queues that keep an event until it is worked on: one per worker of the file.
 *
 * Without a worker here, the default queue keeps events for a consumer outside of this file; an
 * endpoint that is only streamed live needs none.
 */
function workQueues(endpoint: Endpoint, { workers }: Model): readonly string[] {
  if (endpoint.delivery.kind === 'rpc') return [];
  const queues = workers.filter(({ on }) => on === endpoint.key).map(({ queue }) => queue);
  if (queues.length > 0) return queues;
  return endpoint.feed === undefined ? [endpoint.exchange] : [];
}

function bind({ exchange, delivery }: Endpoint, queue: string): BindingSpec {
  return { exchange, queue, routingKey: delivery.kind === 'fanout' ? '' : exchange };
}
