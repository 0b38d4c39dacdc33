/** The exchanges, queues and bindings that every process of one application declares alike. */
export interface Topology {
  readonly exchanges: readonly ExchangeSpec[];
  readonly queues: readonly QueueSpec[];
  readonly bindings: readonly BindingSpec[];
}

/** A durable exchange: `fanout` for events, `direct` for rpc requests. */
export interface ExchangeSpec {
  readonly name: string;
  readonly type: 'fanout' | 'direct';
}

export type QueueSpec = WorkQueueSpec | RpcQueueSpec | FeedSpec;

/**
 * A durable quorum queue for events.
 *
 * A message that comes back unsettled more than `deliveryLimit` times goes to `<name>.dead`, which
 * is declared along with the queue.
 */
export interface WorkQueueSpec {
  readonly kind: 'work';
  readonly name: string;
  readonly deliveryLimit: number;
}

/** A durable classic queue for rpc requests, which expire with their caller's deadline. */
export interface RpcQueueSpec {
  readonly kind: 'rpc';
  readonly name: string;
}

/** A log of messages that any number of followers read from any position; bounded by age and size. */
export interface FeedSpec {
  readonly kind: 'feed';
  readonly name: string;
  readonly maxAgeSeconds: number;
  readonly maxBytes: number;
}

/** `routingKey` is `''` for a fanout exchange. */
export interface BindingSpec {
  readonly exchange: string;
  readonly queue: string;
  readonly routingKey: string;
}

/** The part of a topology that a process works with. It declares everything, but needs only this part. */
export interface TopologyUse {
  /** Published to, by events and requests. */
  readonly exchanges: readonly string[];
  /** Consumed or followed. */
  readonly queues: readonly string[];
}

/** @throws TypeError when the topology has no such feed. */
export function assertFeed({ queues }: Topology, feed: string): void {
  if (queues.some(({ kind, name }) => kind === 'feed' && name === feed)) return;
  throw new TypeError(`the topology has no feed ${feed}`);
}

/** @throws TypeError when the topology has no such work queue. */
export function assertWorkQueue({ queues }: Topology, queue: string): void {
  if (queues.some(({ kind, name }) => kind === 'work' && name === queue)) return;
  throw new TypeError(`the topology has no work queue ${queue}`);
}
