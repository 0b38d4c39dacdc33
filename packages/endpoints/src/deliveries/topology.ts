import type { BindingSpec, Topology } from '@restmapper/core';
import type { Endpoint, Model } from '../model/model.ts';
import { deliveries } from './deliveries.ts';

/**
 * Derives the exchanges, queues and bindings of a file: one exchange per endpoint, one queue per consumer.
 *
 * ```ts
 * import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
 *
 * const text = 'endpoints: { POST /orders: { fanout: true, feed: orders } }';
 * const { exchanges, queues } = topologyOf(parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' }));
 * console.log(exchanges[0]?.name, queues[0]?.name); // /orders:POST feed:orders
 * ```
 */
export function topologyOf(model: Model): Topology {
  const { endpoints, feeds } = model;
  const own = Object.values(deliveries).flatMap(({ key, queuesOf }) =>
    endpoints
      .filter(({ delivery }) => delivery.kind === key)
      .flatMap((endpoint) => queuesOf(endpoint, model).map((queue) => ({ endpoint, queue }))),
  );
  return {
    exchanges: endpoints.map(({ exchange, delivery }) => ({
      name: exchange,
      type: deliveries[delivery.kind].exchangeType,
    })),
    queues: [
      ...own.map(({ queue }) => queue),
      ...feeds.map(({ queue, maxAgeSeconds, maxBytes }) => ({
        kind: 'feed' as const,
        name: queue,
        maxAgeSeconds,
        maxBytes,
      })),
    ],
    bindings: [
      ...own.map(({ endpoint, queue }) => bind(endpoint, queue.name)),
      ...feeds.flatMap((feed) =>
        endpoints
          .filter((endpoint) => endpoint.feed === feed.name)
          .map((endpoint) => bind(endpoint, feed.queue)),
      ),
    ],
  };
}

function bind({ exchange, delivery }: Endpoint, queue: string): BindingSpec {
  const isFanout = deliveries[delivery.kind].exchangeType === 'fanout';
  return { exchange, queue, routingKey: isFanout ? '' : exchange };
}
