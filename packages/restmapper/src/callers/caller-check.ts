import type { Authenticator, Origins } from '@restmapper/auth';
import { requestError, within } from '@restmapper/core';
import type { Endpoint } from '@restmapper/endpoints';
import type { RateLimiter } from './rate-limit.ts';
import type { GatewayContext } from '../answer/gateway-context.ts';
import { timedOut } from '../request/body-reader.ts';
import type { ByteBudget } from '../request/byte-budget.ts';
import type { GatewayLimits } from '../request/limits.ts';
import { createSignedBodyReader, type SignedBody } from './signed-body.ts';

/**
 * Authorizes a caller and records its identity; reads only the headers of the request, and the body if that
 * is signed.
 *
 * Returns synchronously for public endpoints.
 */
export type CallerCheck = (context: GatewayContext, deadlineEpochMs: number) => Promise<void> | undefined;

export interface CallerCheckOptions {
  readonly authenticator: Authenticator;
  readonly origins: Origins;
  /** What counts the calls of an endpoint whose callers are limited. */
  readonly limiterOf: (endpoint: Endpoint) => RateLimiter | undefined;
  readonly limits: GatewayLimits;
  readonly budget: ByteBudget;
}

/**
 * Creates the check of an endpoint's callers: rate limit by address, authentication, rate limit by identity.
 *
 * The check throws RequestError RATE_LIMITED, UNAUTHENTICATED, INSUFFICIENT_SCOPE, FORBIDDEN,
 * AUTH_UNAVAILABLE; for a signed body also BODY_TOO_LARGE, REQUEST_TIMEOUT, OVERLOADED, CALLER_LEFT.
 */
export function createCallerCheck(
  endpoint: Endpoint,
  { authenticator, origins, limiterOf, limits, budget }: CallerCheckOptions,
): CallerCheck {
  const { access, rateLimit } = endpoint;
  const limiter = limiterOf(endpoint);
  const schemes = access.kind === 'public' ? [] : access.schemes;
  const openBody = authenticator.needsBody(schemes)
    ? createSignedBodyReader(endpoint, { limits, budget })
    : undefined;
  const limit = ({ state, res }: GatewayContext, by: 'identity' | 'address'): void => {
    if (!limiter || rateLimit?.by !== by) return;
    for (const [name, value] of Object.entries(limiter(state))) res.setHeader(name, value);
  };
  const identify = async (context: GatewayContext, deadlineEpochMs: number): Promise<void> => {
    const body = openBody?.(context, deadlineEpochMs);
    const caller = await before(
      deadlineEpochMs,
      authenticator.identify(origins.credentialsOf(context.req.headers), schemes, body?.read),
      body,
    );
    const principal = authenticator.authorise(caller, access);
    context.state.identity = principal?.identity;
    context.state.callId = principal?.callId;
    limit(context, 'identity');
  };
  return (context, deadlineEpochMs) => {
    limit(context, 'address');
    return access.kind === 'public' ? undefined : identify(context, deadlineEpochMs);
  };
}

/** Ends authentication at the request's deadline. */
function before<T>(deadlineEpochMs: number, finding: Promise<T>, body?: SignedBody): Promise<T> {
  const detail = 'the identity of the caller could not be verified in time';
  const late = (): Error => (body?.isArriving ? timedOut() : requestError('AUTH_UNAVAILABLE', { detail }));
  return within(late, finding, { timeoutMs: deadlineEpochMs - Date.now() });
}
