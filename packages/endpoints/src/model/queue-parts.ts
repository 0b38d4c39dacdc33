import type { Model, Worker } from './model.ts';
import { consumedQueuesOf, partitionsOf, queuesOf, valueQueue } from './worker-queues.ts';

/** One of several queues of a worker. */
export interface QueuePart {
  /** The name that all parts have in common: the worker's `queue`. */
  readonly of: string;
  /** The routing key of its messages; absent if the parts are partitions only. */
  readonly value?: string;
  /** The workers of the file that consume it. */
  readonly workers: readonly string[];
}

/** The queues of workers that have several, by name; all other queues are missing. */
export function queuePartsOf({ workers }: Pick<Model, 'workers'>): ReadonlyMap<string, QueuePart> {
  const divided = workers.filter(({ values, order }) => values !== undefined || order !== undefined);
  const parts = new Map<string, QueuePart>();
  for (const worker of divided) {
    const consumed = new Set(consumedQueuesOf(worker));
    for (const [name, value] of partsOf(worker)) {
      const others = parts.get(name)?.workers ?? [];
      parts.set(name, {
        of: worker.queue,
        ...(value !== undefined && { value }),
        workers: consumed.has(name) ? [...others, worker.name] : others,
      });
    }
  }
  return parts;
}

function partsOf(worker: Worker): readonly (readonly [name: string, value: string | undefined])[] {
  const { queue, values, order } = worker;
  if (values === undefined) return queuesOf(worker).map((name) => [name, undefined]);
  return values.flatMap((value) =>
    partitionsOf(valueQueue(queue, value), order).map((name) => [name, value] as const),
  );
}
