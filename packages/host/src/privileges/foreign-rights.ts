import type { Topology, TopologyUse } from '@restmapper/core';
import type { BrokerRights } from '../process/privileges.ts';

/**
 * The permissions that a process needs for foreign exchanges, which it never declares.
 *
 * | it | needs |
 * |---|---|
 * | publishes to one | write on the exchange |
 * | consumes or follows a queue that is bound to one | read on the exchange, write on the queue |
 */
export function foreignRights({ foreign }: Topology, { exchanges, queues }: TopologyUse): BrokerRights {
  const { exchanges: others = [], bindings = [] } = foreign ?? {};
  const bound = bindings.filter(({ queue }) => queues.includes(queue));
  return {
    configure: [],
    write: [...others.filter((name) => exchanges.includes(name)), ...bound.map(({ queue }) => queue)],
    read: bound.map(({ exchange }) => exchange),
  };
}
