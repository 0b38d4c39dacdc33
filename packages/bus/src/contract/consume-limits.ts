import type { ConsumeOptions } from './bus.ts';

/** The limits of a consumer, with defaults filled in; a batch is never larger than the prefetch. */
export type ConsumeLimits = Readonly<Required<Omit<ConsumeOptions, 'orderingKey'>>>;

/** AMQP's prefetch is a 16-bit number; 0 means unlimited. */
const maxPrefetch = 65_535;

/** Node fires a timer at once if its delay does not fit into 31 bits. */
const maxWaitMs = 2 ** 31 - 1;

/** The part of each of several queues: together they hold no more than the prefetch. */
export function shareLimits(limits: ConsumeLimits, queues: number): readonly ConsumeLimits[] {
  if (queues === 1) return [limits];
  return Array.from({ length: queues }, (_, i) => {
    const prefetch = Math.floor((limits.prefetch + i) / queues);
    // Whether a batch of one queue runs at once depends on the others.
    return { ...limits, prefetch, batchSize: Math.min(limits.batchSize, prefetch), concurrency: 1 };
  });
}

/**
 * How many messages of an ordered queue a process holds.
 *
 * All processes hold as many, whatever their settings: what RabbitMQ takes back it puts behind what it took back before
 * and has not handed out again, so that a process that holds fewer than the one before it would change the order.
 */
const orderedPrefetch = 200;

/** The limits of each ordered queue of a subscription. */
export function orderedLimits(options: ConsumeOptions = {}): ConsumeLimits {
  const { prefetch = orderedPrefetch } = options;
  return resolveConsumeLimits({ ...options, prefetch });
}

/** @throws RangeError if a limit is not an integer in its range. */
export function resolveConsumeLimits(options: ConsumeOptions = {}, queues = 1): ConsumeLimits {
  const { batchSize = 1, batchWaitMs = 0, concurrency = 1 } = options;
  // Two for each of several queues: one running, one in transit.
  const least = queues === 1 ? 1 : 2 * queues;
  const { prefetch = Math.min(Math.max(3 * batchSize * concurrency, least), maxPrefetch) } = options;
  expectWhole('batchSize', batchSize, { min: 1 });
  expectWhole('concurrency', concurrency, { min: 1 });
  expectWhole('prefetch', prefetch, { min: queues, max: maxPrefetch });
  expectWhole('batchWaitMs', batchWaitMs, { min: 0, max: maxWaitMs });
  return { batchSize: Math.min(batchSize, prefetch), batchWaitMs, concurrency, prefetch };
}

function expectWhole(name: string, value: number, { min, max = Number.MAX_SAFE_INTEGER }: Range): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`);
}

interface Range {
  readonly min: number;
  readonly max?: number;
}
