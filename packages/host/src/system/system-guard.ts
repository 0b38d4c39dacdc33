import type { IncomingMessage } from 'node:http';
import type { Authenticator } from '@restmapper/auth';
import { type Identity, type Log, RequestError } from '@restmapper/core';
import type { Auth } from '@restmapper/endpoints';

/** What a caller must be allowed: to see the report, to see dead letters, to replay and delete them. */
export type SystemScope = 'system:read' | 'dead-letters:read' | 'dead-letters:write';

/**
 * Lets through who has the scope, and says who it is; where the file has no `auth` section, anybody.
 *
 * @throws RequestError UNAUTHENTICATED, INSUFFICIENT_SCOPE, FORBIDDEN, AUTH_UNAVAILABLE
 */
export type SystemGuard = (request: IncomingMessage, scope: SystemScope) => Promise<Identity | undefined>;

export interface SystemGuardOptions {
  readonly auth: Auth | undefined;
  readonly authenticator: Authenticator;
  readonly log: Log;
  /** Where a request comes from, for the log. */
  readonly clientAddress: (request: IncomingMessage) => string;
}

/** Makes the guard of the command's own URLs; who calls is found out by the default schemes of the file. */
export function createSystemGuard(options: SystemGuardOptions): SystemGuard {
  const { auth, authenticator, log, clientAddress } = options;
  return async (request, scope) => {
    if (!auth) return undefined;
    const { default: schemes } = auth;
    const caller = await authenticator.identify(request.headers, schemes);
    try {
      return authenticator.authorise(caller, { kind: 'protected', schemes, scopes: [scope] })?.identity;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, cause } = error;
      const reason = cause instanceof Error ? cause.message : error.message;
      log.info(
        { address: clientAddress(request), scope, code, reason },
        'denied access to the system report',
      );
      throw error;
    }
  };
}
