import type { Identity } from '@restmapper/core';

/** A caller whom a scheme knows. */
export interface Principal {
  readonly identity: Identity;
  /** When the credentials end by themselves, in epoch milliseconds; absent when they do not. */
  readonly expiresEpochMs: number | undefined;
}

/** What the credentials of one request came to. */
export interface Caller {
  /** One for each scheme that knows the caller; empty for nobody. */
  readonly principals: readonly Principal[];
  /** One for each scheme that was given credentials and did not accept them. */
  readonly refusals: readonly AuthFailure[];
}

/** A caller without credentials. */
export const nobody: Caller = { principals: [], refusals: [] };

/**
 * Why a scheme does not know a caller.
 *
 * | kind | |
 * |---|---|
 * | `invalid` | the credentials are not valid, or no longer |
 * | `forbidden` | they are, but this caller is kept out |
 * | `limited` | the auth service was asked too often: this caller, or all, must wait |
 * | `unavailable` | whether they are cannot be verified right now |
 *
 * The message is for the log: it says why, and never holds credentials.
 */
export class AuthFailure extends Error {
  override readonly name = 'Refusal';
  readonly kind: 'invalid' | 'forbidden' | 'limited' | 'unavailable';
  /** When a `limited` caller may come back, as the header `Retry-After`. */
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
