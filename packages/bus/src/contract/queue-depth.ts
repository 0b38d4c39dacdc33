import { deadLetterQueue } from './dead-letter.ts';
import type { QueueSpec } from '@restmapper/core';

/** How much a queue holds, and who is there to take it. */
export interface QueueDepth extends NamedQueue {
  /** Those that wait to be handed out: not those in work, nor those that wait for their next attempt. */
  readonly messages: number;
  /** RabbitMQ does not count those who follow a feed, and counts the messages of one every few seconds. */
  readonly consumers: number;
}

export interface NamedQueue {
  readonly name: string;
  readonly kind: QueueSpec['kind'] | 'dead';
}

/** The queues that a topology declares: those that it names, and behind each work queue its dead letters. */
export function declaredQueues(queues: readonly QueueSpec[]): readonly NamedQueue[] {
  return queues.flatMap(({ name, kind }): NamedQueue[] =>
    kind === 'work'
      ? [
          { name, kind },
          { name: deadLetterQueue(name), kind: 'dead' },
        ]
      : [{ name, kind }],
  );
}
