import type { Identity } from '@restmapper/core';

/** An authenticated caller. */
export interface Principal {
  readonly identity: Identity;
  /** When the credentials expire, in epoch milliseconds; absent if they do not. */
  readonly expiresEpochMs: number | undefined;
  /** The id of the call, if the credentials name one: a call with the same id is the same call, sent again. */
  readonly callId?: string | undefined;
}

/** The result of verifying one request's credentials. */
export interface Caller {
  /** One for each scheme that accepted the caller; empty for an anonymous one. */
  readonly principals: readonly Principal[];
  /** One for each scheme that refused its credentials. */
  readonly refusals: readonly AuthFailure[];
}

/** A caller without credentials. */
export const anonymous: Caller = { principals: [], refusals: [] };

/**
 * Why a scheme refused a caller.
 *
 * | kind | |
 * |---|---|
 * | `invalid` | the credentials are invalid, or no longer valid |
 * | `forbidden` | they are valid, but the caller is refused |
 * | `limited` | the auth service limits requests: this caller, or all, must wait |
 * | `unavailable` | they cannot be verified right now |
 *
 * The message is for the log: it states the reason, and never contains credentials.
 */
export class AuthFailure extends Error {
  override readonly name = 'Refusal';
  readonly kind: 'invalid' | 'forbidden' | 'limited' | 'unavailable';
  /** When a `limited` caller may retry, as the header `Retry-After`. */
  readonly retryAfter: string | undefined;

  constructor(
    kind: AuthFailure['kind'],
    reason: string,
    { retryAfter, ...options }: AuthFailureOptions = {},
  ) {
    super(reason, options);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

export interface AuthFailureOptions extends ErrorOptions {
  readonly retryAfter?: string | undefined;
}
