/** A queue that delays messages: what is published to its exchange comes to the routing key's queue after the delay. */
export interface DelayQueue {
  /** Of the exchange and of the queue. */
  readonly name: string;
  readonly delayMs: number;
}

/**
 * The delays that queues of the broker provide; any other delay is put together from these.
 *
 * Each has one TTL for all its messages. (A TTL of a single message would only act
 * at the head of the queue, so that a long delay there would hold up a short one behind it.)
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

/** The longest delay queue that does not exceed the delay; none for a delay that is shorter than all. */
export function findDelayQueue(delayMs: number): DelayQueue | undefined {
  return delayQueues.findLast((queue) => queue.delayMs <= delayMs);
}
