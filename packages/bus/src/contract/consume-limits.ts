import type { ConsumeOptions } from './bus.ts';

/** The bounds of a consumer, with every default filled in; a batch is never larger than the prefetch. */
export type ConsumeLimits = Readonly<Required<ConsumeOptions>>;

/** AMQP carries a prefetch in 16 bits, and takes 0 for no bound at all. */
const maxPrefetch = 65_535;

/** Node fires a timer at once when its delay does not fit into 31 bits. */
const maxWaitMs = 2 ** 31 - 1;

/** @throws RangeError when a bound is no whole number in its range. */
export function resolveConsumeLimits(options: ConsumeOptions = {}): ConsumeLimits {
  const { batchSize = 1, batchWaitMs = 0, concurrency = 1 } = options;
  const { prefetch = Math.min(3 * batchSize * concurrency, maxPrefetch) } = options;
  expectWhole('batchSize', batchSize, { min: 1 });
  expectWhole('concurrency', concurrency, { min: 1 });
  expectWhole('prefetch', prefetch, { min: 1, max: maxPrefetch });
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
