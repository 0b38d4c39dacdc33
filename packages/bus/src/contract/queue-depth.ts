import { deadLetterQueue } from './dead-letter.ts';
import type { QueueSpec } from '@restmapper/core';

/** The number of messages and consumers of a queue. */
export interface QueueDepth extends NamedQueue {
  /** Messages ready for delivery, without unacknowledged ones and those that wait for a retry. */
  readonly messages: number;
  /** RabbitMQ does not count the followers of a feed, and updates its message count every few seconds. */
  readonly consumers: number;
}

export interface NamedQueue {
  readonly name: string;
  readonly kind: Exclude<QueueSpec['kind'], 'unrouted'> | 'dead';
}

/** The queues that a topology declares: those that it names, and a dead-letter queue per work queue. */
export function declaredQueues(queues: readonly QueueSpec[]): readonly NamedQueue[] {
  return queues.flatMap(({ name, kind }): NamedQueue[] => {
    switch (kind) {
      case 'work':
        return [
          { name, kind },
          { name: deadLetterQueue(name), kind: 'dead' },
        ];
      case 'unrouted':
        return [{ name, kind: 'dead' }];
      default:
        return [{ name, kind }];
    }
  });
}
