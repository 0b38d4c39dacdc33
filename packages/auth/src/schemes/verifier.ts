import type { Scheme } from '@restmapper/endpoints';
import type { Credentials } from '../caller/credentials.ts';
import { AuthFailure, type Principal } from '../caller/principal.ts';
import type { FileOptions } from '../files/watched-file.ts';

/** One scheme at work. */
export interface Verifier {
  readonly name: string;
  /** The headers that its credentials come in, in lower case. */
  readonly headers: readonly string[];
  /** What a 401 says in `WWW-Authenticate`. @see RFC 9110, section 11.6.1 */
  readonly challenge: string;
  /** Whether credentials of its kind were sent. */
  recognises(credentials: Credentials): boolean;
  /**
   * Judges credentials that it recognises; first it reads the body, where this is what they sign.
   *
   * @throws AuthFailure
   */
  verify(credentials: Credentials, readBody: ReadBody): Promise<Principal>;
  /** Watches no file any more. */
  close(): void;
}

/** Reads the body of the caller's request, as it was sent. */
export type ReadBody = () => Promise<Buffer>;

/** Of a caller whose request has no body, as a handshake has none. */
export const noBody: ReadBody = async () => {
  throw new AuthFailure('invalid', 'there is no body that could be signed');
};

/** Opens the verifier of one kind of scheme; the other half of the scheme's spec. @throws ConfigError */
export type OpenVerifier<S extends Scheme = Scheme> = (scheme: S, options: FileOptions) => Verifier;
