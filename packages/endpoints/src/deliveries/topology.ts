import type { BindingSpec, Topology } from '@restmapper/core';
import type { Model, Source } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { deliveries } from './deliveries.ts';

/**
 * Derives the exchanges, queues and bindings of a file: one exchange per source, one queue per consumer.
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
  const { feeds } = model;
  const sources = sourcesOf(model);
  const own = Object.values(deliveries).flatMap(({ key, queuesOf }) =>
    sources
      .filter(({ delivery }) => delivery.kind === key)
      .flatMap((source) => queuesOf(source, model).map((queue) => ({ source, queue }))),
  );
  return {
    exchanges: sources.map(({ exchange, delivery }) => ({
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
      ...own.map(({ source, queue }) => bind(source, queue.name)),
      ...feeds.flatMap((feed) =>
        sources.filter((source) => source.feed === feed.name).map((source) => bind(source, feed.queue)),
      ),
    ],
  };
}

function bind({ exchange, delivery }: Source, queue: string): BindingSpec {
  const isFanout = deliveries[delivery.kind].exchangeType === 'fanout';
  return { exchange, queue, routingKey: isFanout ? '' : exchange };
}
