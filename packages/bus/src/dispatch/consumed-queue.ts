import type { Topology } from '@restmapper/core';
import { declaredQueues } from '../contract/queue-depth.ts';

/** A queue that can be consumed. */
export interface ConsumedQueue {
  readonly name: string;
  readonly kind: 'work' | 'rpc' | 'dead';
  /** For a work queue: how often a message may be returned unsettled. */
  readonly deliveryLimit: number | undefined;
}

/** @throws TypeError if the topology has no such work, rpc or dead-letter queue. */
function findConsumed({ queues }: Topology, name: string): ConsumedQueue {
  const kind = declaredQueues(queues).find((queue) => queue.name === name)?.kind;
  if (kind === undefined || kind === 'feed')
    throw new TypeError(`the topology has no queue ${name} to consume`);
  const spec = queues.find((queue) => queue.name === name);
  return { name, kind, deliveryLimit: spec?.kind === 'work' ? spec.deliveryLimit : undefined };
}

/** @throws TypeError when the topology lacks one of them, when none is named, or one twice. */
export function findAllConsumed(topology: Topology, names: readonly string[]): readonly ConsumedQueue[] {
  if (names.length === 0) throw new TypeError('no queue to consume was named');
  if (new Set(names).size < names.length) throw new TypeError(`a queue was named twice: ${names.join(', ')}`);
  return names.map((name) => findConsumed(topology, name));
}
