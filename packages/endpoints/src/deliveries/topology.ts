import type { BindingSpec, ExchangeType, QueueSpec, Topology } from '@restmapper/core';
import type { Model, Source } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { deliveries, isOwn } from './deliveries.ts';
import { declaredFor, foreignOf, inputBindings, inputQueues } from './foreign-topology.ts';
import { joinTopologies } from './source-topology.ts';

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
  const sources = sourcesOf(model).filter(isOwn);
  const declared = declaredFor(model);
  const own = joinTopologies(
    Object.values(deliveries).flatMap(({ key, topologyOf: ofSource }) =>
      sources.filter(({ delivery }) => delivery.kind === key).map((source) => ofSource(source, model)),
    ),
  );
  return {
    exchanges: [
      ...sources.map(({ exchange, delivery }) => ({
        name: exchange,
        type: deliveries[delivery.kind].exchangeType,
      })),
      ...own.exchanges,
      ...declared,
    ],
    queues: [
      ...own.queues,
      ...model.inputs.flatMap((input) => inputQueues(input, model)),
      ...feeds.map(({ queue, maxAgeSeconds, maxBytes }) => ({
        kind: 'feed' as const,
        name: queue,
        maxAgeSeconds,
        maxBytes,
      })),
    ],
    bindings: [
      ...own.bindings,
      ...feeds.flatMap((feed) =>
        sources.filter((source) => source.feed === feed.name).map((source) => bind(source, feed.queue)),
      ),
      ...inputBindings(model).filter(({ exchange }) => declared.some(({ name }) => name === exchange)),
    ],
    ...(own.exchangeBindings.length > 0 && { exchangeBindings: own.exchangeBindings }),
    ...foreignOf(model),
  };
}

/**
 * The topology for a bus in memory, where no other application can declare anything: the foreign exchanges exist,
 * of the type that the file expects, and so do the foreign queues that are consumed. The queues of inputs can be sent
 * to like foreign ones.
 */
export function memoryTopologyOf(model: Model): Topology {
  const { foreign, ...topology } = topologyOf(model);
  if (!foreign) return topology;
  const { exchanges, bindings, queues = [], consumed = [] } = foreign;
  const ofHeaders = new Set(bindings.flatMap(({ exchange, arguments: args }) => (args ? [exchange] : [])));
  const typeOf = (name: string): ExchangeType => (ofHeaders.has(name) ? 'headers' : 'topic');
  const names = consumed.map(({ name }) => name);
  const inputs = model.inputs.flatMap((input) => inputQueues(input, model).map(({ name }) => name));
  return {
    ...topology,
    exchanges: [...topology.exchanges, ...exchanges.map((name) => ({ name, type: typeOf(name) }))],
    queues: [...topology.queues, ...names.map((name): QueueSpec => ({ kind: 'rpc', name }))],
    bindings: [...topology.bindings, ...bindings],
    foreign: {
      exchanges: [],
      bindings: [],
      queues: [...new Set([...queues, ...names, ...inputs])],
      ...(consumed.length > 0 && { consumed }),
    },
  };
}

function bind({ exchange, delivery }: Source, queue: string): BindingSpec {
  const isFanout = deliveries[delivery.kind].exchangeType === 'fanout';
  return { exchange, queue, routingKey: isFanout ? '' : exchange };
}
