import { type BindingRule, bindingRuleKey, type Topology, type TopologyUse } from '@restmapper/core';

/** Joins the topologies of several generations; where they differ, the last one wins. */
export function joinTopologies(topologies: readonly Topology[]): Topology {
  const all = <T>(read: (topology: Topology) => readonly T[] | undefined): readonly T[] =>
    topologies.flatMap((topology) => read(topology) ?? []);
  return {
    exchanges: unique(
      all(({ exchanges }) => exchanges),
      ({ name }) => name,
    ),
    queues: unique(
      all(({ queues }) => queues),
      ({ name }) => name,
    ),
    bindings: unique(
      all(({ bindings }) => bindings),
      keyOf,
    ),
    exchangeBindings: unique(
      all(({ exchangeBindings }) => exchangeBindings),
      keyOf,
    ),
    foreign: {
      exchanges: [...new Set(all(({ foreign }) => foreign?.exchanges))],
      queues: [...new Set(all(({ foreign }) => foreign?.queues))],
      consumed: unique(
        all(({ foreign }) => foreign?.consumed),
        ({ name }) => name,
      ),
      bindings: unique(
        all(({ foreign }) => foreign?.bindings),
        keyOf,
      ),
      replies: unique(
        all(({ foreign }) => foreign?.replies),
        ({ queue }) => queue,
      ),
    },
  };
}

/** Joins what several generations use of their topologies. */
export function joinUses(uses: readonly TopologyUse[]): TopologyUse {
  return {
    exchanges: [...new Set(uses.flatMap(({ exchanges }) => exchanges))],
    queues: [...new Set(uses.flatMap(({ queues }) => queues))],
    requested: [...new Set(uses.flatMap(({ requested = [] }) => requested))],
  };
}

function unique<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function keyOf({ routingKey, arguments: args, ...ends }: BindingRule): string {
  return `${bindingRuleKey({ routingKey, ...(args && { arguments: args }) })} ${JSON.stringify(ends)}`;
}
