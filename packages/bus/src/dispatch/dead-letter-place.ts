import type { Topology } from '@restmapper/core';
import { type DeadLetter, deadLetterQueue } from '../contract/dead-letter.ts';

/** Where the dead letters of a queue are, and where they are replayed to. */
export interface DeadLetterPlace {
  /** The queue that they are named by. */
  readonly queue: string;
  /** The queue that holds them. */
  readonly letters: string;
  /** The exchange to which a replay publishes them, with their routing keys; the default one leads to `queue`. */
  readonly exchange: string;
}

/** @throws TypeError if the topology has no such work or unrouted queue. */
export function findDeadLetterPlace({ queues }: Topology, queue: string): DeadLetterPlace {
  const spec = queues.find(({ name }) => name === queue);
  switch (spec?.kind) {
    case 'work':
      return { queue, letters: deadLetterQueue(queue), exchange: '' };
    case 'unrouted':
      return { queue, letters: queue, exchange: spec.exchange };
    default:
      throw new TypeError(`the topology has no queue ${queue} with dead letters`);
  }
}

/** Why a message is among the dead letters of an exchange; the broker tells none. */
export function reasonOf(
  { exchange }: DeadLetterPlace,
  routingKey: DeadLetter['routingKey'],
): string | undefined {
  return exchange === '' ? undefined : `no queue has the routing key ${JSON.stringify(routingKey)}`;
}
