import type { Authenticator, Caller, Credentials, Principal, AuthFailure } from '@restmapper/auth';
import { type CloseReason, closeReasons } from './close-reason.ts';

export interface ClientAuthOptions {
  readonly authenticator: Authenticator;
  /** Returns all schemes that protect a feed here. */
  readonly schemes: () => readonly string[];
  /** The credentials that authenticated the caller. */
  readonly credentials: Credentials;
  readonly caller: Caller;
  /** Called when the credentials are no longer valid. */
  readonly onEnd: (reason: CloseReason, detail?: string) => void;
  /** Called when a recheck changed the caller's rights. */
  readonly onReview: () => void;
}

/** The maximum delay of a Node timer; a longer-lived token is rechecked then. */
const maxTimerMs = 2 ** 31 - 1;

/** The authenticated client of one connection, rechecked while it is open. */
export class ClientAuth {
  readonly #options: ClientAuthOptions;
  #credentials: Credentials;
  #caller: Caller;
  #expiry: NodeJS.Timeout | undefined;
  #isBusy = false;
  /** Whether a recheck was asked for while one was running. */
  #isStale = false;
  #hasEnded = false;

  constructor(options: ClientAuthOptions) {
    this.#options = options;
    this.#credentials = options.credentials;
    this.#caller = options.caller;
    this.#awaitExpiry();
  }

  get caller(): Caller {
    return this.#caller;
  }

  get isKnown(): boolean {
    return this.#caller.principals.length > 0;
  }

  /** When the credentials expire, in epoch milliseconds. */
  get expiresEpochMs(): number | undefined {
    const ends = this.#caller.principals.flatMap(({ expiresEpochMs }) => expiresEpochMs ?? []);
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  /**
   * Replaces the credentials by others of the same caller; resolves with whether they are valid, and ends if
   * not.
   */
  async present(credentials: Credentials): Promise<boolean> {
    const { authenticator, schemes, onReview } = this.#options;
    const caller = await authenticator.identify(credentials, schemes());
    if (this.#hasEnded) return false;
    const reason =
      caller.principals.length === 0 ? this.#failureOf(caller, credentials) : this.#changeOf(caller);
    if (reason) {
      this.#end(reason);
      return false;
    }
    this.#caller = caller;
    this.#credentials = credentials;
    this.#awaitExpiry();
    onReview();
    return !this.#hasEnded;
  }

  /** Rechecks the credentials, and ends if they are no longer valid; never rejects. */
  async recheck(): Promise<void> {
    this.#isStale = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#isStale && this.isKnown && !this.#hasEnded) {
      this.#isStale = false;
      await this.present(this.#credentials);
    }
    this.#isBusy = false;
  }

  /** Reviews what the caller may do now, without asking again who it is. */
  review(): void {
    if (!this.#hasEnded) this.#options.onReview();
  }

  /** The connection has ended. */
  close(): void {
    this.#hasEnded = true;
    clearTimeout(this.#expiry);
  }

  #end(reason: CloseReason): void {
    this.close();
    this.#options.onEnd(reason);
  }

  /** A recheck may find that the credentials have expired before the timer does. */
  #failureOf({ refusals }: Caller, credentials: Credentials): CloseReason {
    const hasExpired = credentials === this.#credentials && (this.expiresEpochMs ?? Infinity) <= Date.now();
    return hasExpired ? closeReasons.tokenExpired : reasonOf(refusals);
  }

  /** Subscriptions belong to one caller, so the subject must not change. */
  #changeOf({ principals }: Caller): CloseReason | undefined {
    const [before] = this.#caller.principals;
    const isSame = !before || principals.some((principal) => isSameIdentity(principal, before));
    return isSame ? undefined : closeReasons.badToken;
  }

  #awaitExpiry(): void {
    clearTimeout(this.#expiry);
    const ends = this.expiresEpochMs;
    if (ends === undefined) return;
    const leftMs = ends - Date.now();
    this.#expiry = setTimeout(
      () => (leftMs > maxTimerMs ? this.#awaitExpiry() : this.#end(closeReasons.tokenExpired)),
      Math.min(leftMs, maxTimerMs),
    );
  }
}

function isSameIdentity({ identity: one }: Principal, { identity: other }: Principal): boolean {
  return one.scheme === other.scheme && one.subject === other.subject;
}

/** The close reason for a caller whose authentication failed. */
export function reasonOf(refusals: readonly AuthFailure[]): CloseReason {
  if (refusals.some(({ kind }) => kind === 'forbidden')) return closeReasons.forbidden;
  return refusals.some(({ kind }) => kind === 'unavailable' || kind === 'limited')
    ? closeReasons.overloaded
    : closeReasons.badToken;
}
