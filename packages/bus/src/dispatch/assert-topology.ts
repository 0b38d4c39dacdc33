import type { Topology } from '@restmapper/core';
import { ExchangeGraph } from './exchange-graph.ts';

/**
 * @throws TypeError if a binding names an object that the topology does not have, or has an unknown
 * `x-match`.
 */
export function assertTopology(topology: Topology): void {
  new ExchangeGraph().declare(topology);
  const queues = new Set(topology.queues.map(({ name }) => name));
  for (const { exchange, queue } of [...topology.bindings, ...(topology.foreign?.bindings ?? [])])
    if (!queues.has(queue)) throw new TypeError(`nothing to bind: ${exchange} to ${queue}`);
}
