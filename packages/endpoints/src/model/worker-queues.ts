import type { Worker } from './model.ts';
import type { Order } from './routing.ts';

/** The part of a worker that says which queues it has. */
export type QueueOwner = Pick<Worker, 'queue' | 'values' | 'only' | 'order'>;

/** The name of a queue, or of a part of one, for a value of the routing key: `check@eu`. */
export function valueQueue(queue: string, value: string | undefined): string {
  return value === undefined ? queue : `${queue}@${value}`;
}

/** The name of one partition of a queue: `check@eu#3`. */
export function partitionQueue(queue: string, partition: number): string {
  return `${queue}#${partition}`;
}

/** The names of all partitions of a queue; its own name if it has none. */
export function partitionsOf(queue: string, order: Pick<Order, 'partitions'> | undefined): readonly string[] {
  if (!order) return [queue];
  return Array.from({ length: order.partitions }, (_none, i) => partitionQueue(queue, i));
}

/** All queues of a worker, whichever of them a process consumes. */
export function queuesOf({ queue, values, order }: QueueOwner): readonly string[] {
  return (values ?? [undefined]).flatMap((value) => partitionsOf(valueQueue(queue, value), order));
}

/** The queues that a worker consumes: those of the values under `only`, or all. */
export function consumedQueuesOf(worker: QueueOwner): readonly string[] {
  return queuesOf({ ...worker, values: worker.only ?? worker.values });
}
