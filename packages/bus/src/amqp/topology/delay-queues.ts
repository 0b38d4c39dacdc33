/**
 * A queue that delays messages: messages published to its exchange reach the queue named by the routing key
 * after the delay.
 */
export interface DelayQueue {
  /** The name of the exchange and of the queue. */
  readonly name: string;
  readonly delayMs: number;
}

/**
 * The delays that queues of the broker provide; other delays are combined from these.
 *
 * Each has one TTL for all its messages. (A per-message TTL takes effect only at the head of the queue, where
 * a long delay would block shorter ones.)
 */
export const delayQueues: readonly DelayQueue[] = [
  { name: 'retry:250ms', delayMs: 250 },
  { name: 'retry:1s', delayMs: 1000 },
  { name: 'retry:4s', delayMs: 4000 },
  { name: 'retry:16s', delayMs: 16_000 },
  { name: 'retry:64s', delayMs: 64_000 },
  { name: 'retry:256s', delayMs: 256_000 },
  { name: 'retry:1024s', delayMs: 1_024_000 },
];

/** The longest delay queue that does not exceed the delay; none if the delay is shorter than all. */
export function findDelayQueue(delayMs: number): DelayQueue | undefined {
  return delayQueues.findLast((queue) => queue.delayMs <= delayMs);
}
