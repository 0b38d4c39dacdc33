import type { Topology } from '@restmapper/core';
import { declaredQueues } from '../contract/queue-depth.ts';

/** A queue that can be consumed. */
export interface ConsumedQueue {
  readonly name: string;
  readonly kind: 'work' | 'rpc' | 'dead';
  /** Of a work queue: how often a message may come back unsettled. */
  readonly deliveryLimit: number | undefined;
}

/** @throws TypeError when the topology has no such work, rpc or dead-letter queue. */
export function findConsumed({ queues }: Topology, name: string): ConsumedQueue {
  const kind = declaredQueues(queues).find((queue) => queue.name === name)?.kind;
  if (kind === undefined || kind === 'feed')
    throw new TypeError(`the topology has no queue ${name} to consume`);
  const spec = queues.find((queue) => queue.name === name);
  return { name, kind, deliveryLimit: spec?.kind === 'work' ? spec.deliveryLimit : undefined };
}
