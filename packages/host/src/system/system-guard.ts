import type { IncomingMessage } from 'node:http';
import type { Authenticator } from '@restmapper/auth';
import { type Identity, type Log, RequestError } from '@restmapper/core';
import type { Auth } from '@restmapper/endpoints';

/** The required scopes: to see the report, to see dead letters, to replay and delete them, to feed inputs. */
export type SystemScope = 'system:read' | 'dead-letters:read' | 'dead-letters:write' | 'inputs:write';

/**
 * Authorizes callers with the scope, and returns their identity; without an `auth` section, anyone.
 *
 * @throws RequestError UNAUTHENTICATED, INSUFFICIENT_SCOPE, FORBIDDEN, AUTH_UNAVAILABLE
 */
export type SystemGuard = (request: IncomingMessage, scope: SystemScope) => Promise<Identity | undefined>;

export interface SystemGuardOptions {
  readonly auth: Auth | undefined;
  readonly authenticator: Authenticator;
  readonly log: Log;
  /** The client's address, for the log. */
  readonly clientAddress: (request: IncomingMessage) => string;
}

/** Creates the guard of the command's own URLs; it authenticates by the file's default schemes. */
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
