import type { BindingSpec, ExchangeSpec, ForeignTopology, Topology } from '@restmapper/core';
import type { ForeignTarget } from '../model/foreign-target.ts';
import type { Model, Source } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { deliveries, isOwn } from './deliveries.ts';

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
  const own = Object.values(deliveries).flatMap(({ key, queuesOf }) =>
    sources
      .filter(({ delivery }) => delivery.kind === key)
      .flatMap((source) => queuesOf(source, model).map((queue) => ({ source, queue }))),
  );
  return {
    exchanges: [
      ...sources.map(({ exchange, delivery }) => ({
        name: exchange,
        type: deliveries[delivery.kind].exchangeType,
      })),
      ...declaredFor(model),
    ],
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
    ...foreignOf(model),
  };
}

/**
 * The topology for a bus in memory, where no other application can declare anything: the foreign exchanges exist,
 * of the type that the file expects.
 */
export function memoryTopologyOf(model: Model): Topology {
  const { foreign, ...topology } = topologyOf(model);
  if (!foreign) return topology;
  const { exchanges, bindings, queues = [] } = foreign;
  return {
    ...topology,
    exchanges: [...topology.exchanges, ...exchanges.map((name) => ({ name, type: 'topic' as const }))],
    bindings: [...topology.bindings, ...bindings],
    foreign: { exchanges: [], bindings: [], queues },
  };
}

/** The foreign exchanges that the file wants declared. */
function declaredFor(model: Model): readonly ExchangeSpec[] {
  const declared = sourcesOf(model).flatMap(({ delivery: { foreign } }) =>
    foreign?.kind === 'exchange' && foreign.declare
      ? [[foreign.exchange, { name: foreign.exchange, type: foreign.declare }] as const]
      : [],
  );
  return [...new Map(declared).values()];
}

function foreignOf(model: Model): { readonly foreign?: ForeignTopology } {
  const declared = new Set(declaredFor(model).map(({ name }) => name));
  const targets = sourcesOf(model).flatMap(({ delivery: { foreign } }) => foreign ?? []);
  if (targets.length === 0) return {};
  const named = (kind: 'exchange' | 'queue'): readonly string[] => [
    ...new Set(targets.filter((target) => target.kind === kind).map(nameOf)),
  ];
  const exchanges = named('exchange').filter((name) => !declared.has(name));
  return { foreign: { exchanges, queues: named('queue'), bindings: [] } };
}

function nameOf(target: ForeignTarget): string {
  return target.kind === 'queue' ? target.queue : target.exchange;
}

function bind({ exchange, delivery }: Source, queue: string): BindingSpec {
  const isFanout = deliveries[delivery.kind].exchangeType === 'fanout';
  return { exchange, queue, routingKey: isFanout ? '' : exchange };
}
