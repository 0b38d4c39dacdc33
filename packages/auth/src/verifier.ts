import type { Credentials } from './credentials.ts';
import type { Principal } from './principal.ts';

/** One scheme at work. */
export interface Verifier {
  readonly name: string;
  /** What a 401 says in `WWW-Authenticate`. @see RFC 9110, section 11.6.1 */
  readonly challenge: string;
  /** Whether credentials of its kind were sent. */
  recognises(credentials: Credentials): boolean;
  /** @throws Refusal */
  verify(credentials: Credentials): Promise<Principal>;
  /** Watches no file any more. */
  close(): void;
}
