import type { CallPath } from './call-path.ts';

/** How messages of a source find the right one of several queues of a worker. */
export interface Routing {
  /** Present: each worker has a queue for each value. */
  readonly key?: RoutingKey;
  /** One for each worker whose messages are in order. */
  readonly orders: readonly WorkerOrder[];
}

/** The value of a call that is its message's routing key. */
export interface RoutingKey {
  readonly path: CallPath;
  /** All possible values, at most 64; texts as the routing key has them. */
  readonly values: readonly string[];
}

/** Which messages of a worker are processed one after the other. */
export interface Order {
  /** The value of a call that those messages share. */
  readonly path: CallPath;
  /** The number of queues over which the keys are spread, 1 to 64. */
  readonly partitions: number;
}

export interface WorkerOrder extends Order {
  /** The worker's `queue`. */
  readonly queue: string;
}
