import type { ConsumeOptions } from '../contract/bus.ts';
import {
  type ConsumeLimits,
  orderedLimits,
  resolveConsumeLimits,
  shareLimits,
} from '../contract/consume-limits.ts';
import type { ConsumedQueue } from './consumed-queue.ts';

/** The limits of a subscription. */
export interface SubscriptionLimits {
  /** The maximum number of concurrent batches of all queues. */
  readonly concurrency: number;
  /** Those of each queue. */
  readonly each: readonly ConsumeLimits[];
}

/**
 * The limits of each queue of a subscription.
 *
 * @throws RangeError if an option is out of range; TypeError if only some of the queues are ordered.
 */
export function limitQueues(
  queues: readonly ConsumedQueue[],
  options: ConsumeOptions | undefined,
): SubscriptionLimits {
  const ordered = queues.filter(({ isOrdered }) => isOrdered);
  if (ordered.length === 0) {
    const limits = resolveConsumeLimits(options, queues.length);
    return { concurrency: limits.concurrency, each: shareLimits(limits, queues.length) };
  }
  if (ordered.length < queues.length) throw new TypeError('ordered queues share no subscription with others');
  const limits = orderedLimits(options);
  return { concurrency: limits.concurrency, each: queues.map(() => limits) };
}
