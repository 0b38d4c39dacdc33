import type { QueueSpec, Topology } from '@restmapper/core';
import { declaredQueues } from '../contract/queue-depth.ts';

/** How often an ordered queue may take a request back. Without a limit RabbitMQ would put it last. */
export const orderedRequestLimit = 50;

/** A queue that can be consumed. */
export interface ConsumedQueue {
  readonly name: string;
  readonly kind: 'work' | 'rpc' | 'dead' | 'foreign';
  /** For a work queue or an ordered one: how often a message may be returned unsettled. */
  readonly deliveryLimit: number | undefined;
  /** Whether messages are processed in order, by one consumer at a time. */
  readonly isOrdered: boolean;
  /** Where messages go to be delivered again: the queue itself, unless it is a foreign one. */
  readonly returnsTo: string;
}

/** @throws TypeError if the topology has no such work, rpc, dead-letter or foreign queue. */
function findConsumed({ queues, foreign }: Topology, name: string): ConsumedQueue {
  const theirs = foreign?.consumed?.find((queue) => queue.name === name);
  if (theirs) return { ...theirs, kind: 'foreign', deliveryLimit: undefined, isOrdered: false };
  const kind = declaredQueues(queues).find((queue) => queue.name === name)?.kind;
  if (kind === undefined || kind === 'feed')
    throw new TypeError(`the topology has no queue ${name} to consume`);
  const spec = queues.find((queue) => queue.name === name);
  const isOrdered = spec !== undefined && 'isOrdered' in spec;
  return { name, kind, deliveryLimit: limitOf(spec), isOrdered, returnsTo: name };
}

function limitOf(spec: QueueSpec | undefined): number | undefined {
  if (spec?.kind === 'work') return spec.deliveryLimit;
  return spec?.kind === 'rpc' && spec.isOrdered ? orderedRequestLimit : undefined;
}

/** @throws TypeError when the topology lacks one of them, when none is named, or one twice. */
export function findAllConsumed(topology: Topology, names: readonly string[]): readonly ConsumedQueue[] {
  if (names.length === 0) throw new TypeError('no queue to consume was named');
  if (new Set(names).size < names.length) throw new TypeError(`a queue was named twice: ${names.join(', ')}`);
  return names.map((name) => findConsumed(topology, name));
}
