import type { Topology } from '@restmapper/core';
import { declaredQueues } from '../contract/queue-depth.ts';

/** A queue that can be consumed. */
export interface ConsumedQueue {
  readonly name: string;
  readonly kind: 'work' | 'rpc' | 'dead' | 'foreign';
  /** For a work queue: how often a message may be returned unsettled. */
  readonly deliveryLimit: number | undefined;
  /** Where messages go to be delivered again: the queue itself, unless it is a foreign one. */
  readonly returnsTo: string;
}

/** @throws TypeError if the topology has no such work, rpc, dead-letter or foreign queue. */
function findConsumed({ queues, foreign }: Topology, name: string): ConsumedQueue {
  const theirs = foreign?.consumed?.find((queue) => queue.name === name);
  if (theirs) return { ...theirs, kind: 'foreign', deliveryLimit: undefined };
  const kind = declaredQueues(queues).find((queue) => queue.name === name)?.kind;
  if (kind === undefined || kind === 'feed')
    throw new TypeError(`the topology has no queue ${name} to consume`);
  const spec = queues.find((queue) => queue.name === name);
  const deliveryLimit = spec?.kind === 'work' ? spec.deliveryLimit : undefined;
  return { name, kind, deliveryLimit, returnsTo: name };
}

/** @throws TypeError when the topology lacks one of them, when none is named, or one twice. */
export function findAllConsumed(topology: Topology, names: readonly string[]): readonly ConsumedQueue[] {
  if (names.length === 0) throw new TypeError('no queue to consume was named');
  if (new Set(names).size < names.length) throw new TypeError(`a queue was named twice: ${names.join(', ')}`);
  return names.map((name) => findConsumed(topology, name));
}
