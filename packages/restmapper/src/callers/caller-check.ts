import type { Authenticator, Origins } from '@restmapper/auth';
import { requestError, within } from '@restmapper/core';
import type { Endpoint } from '@restmapper/endpoints';
import type { RateLimiter } from './rate-limit.ts';
import type { GatewayContext } from '../answer/gateway-context.ts';

/**
 * Authorizes a caller and records its identity; reads only the headers of the request.
 *
 * Returns synchronously for public endpoints.
 */
export type CallerCheck = (context: GatewayContext, deadlineEpochMs: number) => Promise<void> | undefined;

export interface CallerCheckOptions {
  readonly authenticator: Authenticator;
  readonly origins: Origins;
  /** What counts the calls of an endpoint whose callers are limited. */
  readonly limiterOf: (endpoint: Endpoint) => RateLimiter | undefined;
}

/**
 * Creates the check of an endpoint's callers: rate limit by address, authentication, rate limit by identity.
 *
 * The check throws RequestError RATE_LIMITED, UNAUTHENTICATED, INSUFFICIENT_SCOPE, FORBIDDEN,
 * AUTH_UNAVAILABLE.
 */
export function createCallerCheck(
  endpoint: Endpoint,
  { authenticator, origins, limiterOf }: CallerCheckOptions,
): CallerCheck {
  const { access, rateLimit } = endpoint;
  const limiter = limiterOf(endpoint);
  const limit = ({ state, res }: GatewayContext, by: 'identity' | 'address'): void => {
    if (!limiter || rateLimit?.by !== by) return;
    for (const [name, value] of Object.entries(limiter(state))) res.setHeader(name, value);
  };
  const identify = async (context: GatewayContext, deadlineEpochMs: number): Promise<void> => {
    const schemes = access.kind === 'public' ? [] : access.schemes;
    const caller = await before(
      deadlineEpochMs,
      authenticator.identify(origins.credentialsOf(context.req.headers), schemes),
    );
    context.state.identity = authenticator.authorise(caller, access)?.identity;
    limit(context, 'identity');
  };
  return (context, deadlineEpochMs) => {
    limit(context, 'address');
    return access.kind === 'public' ? undefined : identify(context, deadlineEpochMs);
  };
}

/** Ends authentication at the request's deadline. */
function before<T>(deadlineEpochMs: number, finding: Promise<T>): Promise<T> {
  const detail = 'the identity of the caller could not be verified in time';
  const late = (): Error => requestError('AUTH_UNAVAILABLE', { detail });
  return within(late, finding, { timeoutMs: deadlineEpochMs - Date.now() });
}
