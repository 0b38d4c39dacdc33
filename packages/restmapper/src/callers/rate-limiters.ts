import type { Endpoint } from '@restmapper/endpoints';
import { createRateLimiter, type RateLimiter } from './rate-limit.ts';

/** The rate limiters of a model's endpoints. An unchanged limit keeps its counts when the model is replaced. */
export class RateLimiters {
  readonly #before: ReadonlyMap<string, RateLimiter>;
  readonly #now = new Map<string, RateLimiter>();

  constructor(before?: RateLimiters) {
    this.#before = before ? before.#now : new Map();
  }

  readonly limiterOf = ({ key, rateLimit }: Endpoint): RateLimiter | undefined => {
    if (!rateLimit) return undefined;
    const id = JSON.stringify([key, rateLimit.requests, rateLimit.perMs, rateLimit.by]);
    const limiter = this.#before.get(id) ?? createRateLimiter(rateLimit);
    this.#now.set(id, limiter);
    return limiter;
  };
}
