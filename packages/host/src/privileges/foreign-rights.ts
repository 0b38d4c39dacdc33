import type { Topology, TopologyUse } from '@restmapper/core';
import type { BrokerRights } from '../process/privileges.ts';

/**
 * The permissions that a process needs for foreign exchanges and queues, which it never declares.
 *
 * | it | needs |
 * |---|---|
 * | publishes to an exchange | write on the exchange |
 * | consumes or follows a queue that is bound to an exchange | read on the exchange, write on the queue |
 * | consumes a queue | read on the queue |
 * | gets replies through an exchange | read on the exchange |
 * | sends requests to a queue | write on the default exchange, and on the queue, to see it and its consumers |
 */
export function foreignRights(
  { foreign }: Topology,
  { exchanges, queues, requested = [] }: TopologyUse,
): BrokerRights {
  const { exchanges: others = [], queues: otherQueues = [], consumed = [] } = foreign ?? {};
  const { bindings = [], replies = [] } = foreign ?? {};
  const bound = bindings.filter(({ queue }) => queues.includes(queue));
  const asked = otherQueues.filter((name) => requested.includes(name));
  return {
    configure: [],
    write: [
      ...others.filter((name) => exchanges.includes(name)),
      ...bound.map(({ queue }) => queue),
      ...(asked.length > 0 ? ['amq.default', ...asked] : []),
    ],
    read: [
      ...bound.map(({ exchange }) => exchange),
      ...consumed.map(({ name }) => name).filter((name) => queues.includes(name)),
      ...replies.filter(({ queue }) => asked.includes(queue)).map(({ exchange }) => exchange),
    ],
  };
}
