import type { IncomingMessage } from 'node:http';
import type { Authenticator } from '@restmapper/auth';
import type { Identity } from '@restmapper/bus';
import type { Endpoint } from '@restmapper/endpoints';

/** Finds out who calls. */
export type CallerCheck = (request: IncomingMessage) => Promise<Identity | undefined>;

/**
 * Makes the check of an endpoint's callers; it looks at their headers, and nothing else of the request.
 *
 * It throws RequestError UNAUTHENTICATED, INSUFFICIENT_SCOPE, FORBIDDEN, AUTH_UNAVAILABLE.
 */
export function createCallerCheck({ access }: Endpoint, authenticator: Authenticator): CallerCheck {
  const schemes = access.kind === 'public' ? [] : access.schemes;
  return async ({ headers }) => {
    const caller = await authenticator.identify(headers, schemes);
    return authenticator.authorise(caller, access)?.identity;
  };
}
