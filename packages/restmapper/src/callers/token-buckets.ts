export interface TokenBucketsOptions {
  /** How many tokens a bucket holds, and gets in the time. */
  readonly size: number;
  readonly perMs: number;
  /** Most buckets kept; the least recently used one is evicted. @default 10000 */
  readonly maxBuckets?: number;
}

/** What taking a token came to. */
export interface Taken {
  readonly isAllowed: boolean;
  /** Whole tokens left. */
  readonly left: number;
  /** When there is a token again; 0 when there is. */
  readonly nextInMs: number;
  /** When the bucket is full again. */
  readonly fullInMs: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/**
 * Buckets of tokens, by whatever is to be limited: one that is full allows a burst of its size, and what
 * is taken comes back evenly.
 *
 * A bucket that gave way to others is full when it is used again.
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

  /** A map is in the order of what was added: the first is the least recently used one. */
  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= this.#options.maxBuckets && oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(key, bucket);
  }
}
