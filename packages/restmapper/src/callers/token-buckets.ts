export interface TokenBucketsOptions {
  /** The capacity of a bucket, which is also its refill per time. */
  readonly size: number;
  readonly perMs: number;
  /** The maximum number of buckets; the least recently used one is evicted. @default 10000 */
  readonly maxBuckets?: number;
}

/** The result of taking a token. */
export interface Taken {
  readonly isAllowed: boolean;
  /** Whole tokens left. */
  readonly left: number;
  /** The time until the next token; 0 if there is one. */
  readonly nextInMs: number;
  /** The time until the bucket is full. */
  readonly fullInMs: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/**
 * Token buckets by key: a full bucket allows a burst of its size, and tokens are refilled evenly.
 *
 * An evicted bucket starts full when it is used again.
 */
export class TokenBuckets {
  readonly #options: Required<TokenBucketsOptions>;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ maxBuckets = 10_000, ...options }: TokenBucketsOptions) {
    this.#options = { ...options, maxBuckets };
  }

  get count(): number {
    return this.#buckets.size;
  }

  /** Takes a token if there is one. */
  take(key: string, nowMs = performance.now()): Taken {
    const { size, perMs } = this.#options;
    const bucket = this.#buckets.get(key);
    const held = bucket ? Math.min(size, bucket.tokens + ((nowMs - bucket.atMs) * size) / perMs) : size;
    const isAllowed = held >= 1;
    const tokens = isAllowed ? held - 1 : held;
    this.#keep(key, { tokens, atMs: nowMs });
    return {
      isAllowed,
      left: Math.floor(tokens),
      nextInMs: (Math.max(0, 1 - tokens) * perMs) / size,
      fullInMs: ((size - tokens) * perMs) / size,
    };
  }

  /** Map entries are in insertion order: the first is the least recently used one. */
  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= this.#options.maxBuckets && oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(key, bucket);
  }
}
