import { networkOf, requestError } from '@restmapper/core';
import type { RateLimit } from '@restmapper/endpoints';
import type { RequestState } from '../answer/request-state.ts';
import { TokenBuckets } from './token-buckets.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Counts a call, and returns the rate limit headers for its caller.
 *
 * It throws RequestError RATE_LIMITED if the limit is exceeded.
 */
export type RateLimiter = (state: RequestState) => Headers;

/**
 * Creates the limiter of one endpoint's calls in this process.
 *
 * | header | value |
 * |---|---|
 * | `RateLimit-Policy` | `"identity";q=100;w=60`: 100 calls in 60 seconds |
 * | `RateLimit` | `"identity";r=42;t=35`: 42 calls are left, all of them again in 35 seconds |
 * | `Retry-After` | with 429: seconds until another call is allowed |
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/
 */
export function createRateLimiter({ requests, perMs, by }: RateLimit): RateLimiter {
  const buckets = new TokenBuckets({ size: requests, perMs });
  const policy = `"${by}";q=${requests};w=${seconds(perMs)}`;
  return (state) => {
    const { isAllowed, left, nextInMs, fullInMs } = buckets.take(keyOf(state, by));
    const headers = {
      'ratelimit-policy': policy,
      ratelimit: `"${by}";r=${left};t=${seconds(fullInMs)}`,
    };
    if (isAllowed) return headers;
    throw requestError('RATE_LIMITED', {
      detail: `this ${by} may call ${requests} times in ${seconds(perMs)} seconds`,
      headers: { ...headers, 'retry-after': String(seconds(nextInMs)) },
    });
  };
}

function keyOf({ address, identity }: RequestState, by: RateLimit['by']): string {
  return by === 'address' || !identity ? networkOf(address) : `${identity.scheme}\n${identity.subject}`;
}

/** Rounded up, so that a retry is never too early. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
