import type { Scheme } from '@restmapper/endpoints';
import type { Credentials } from '../caller/credentials.ts';
import { AuthFailure, type Principal } from '../caller/principal.ts';
import type { FileOptions } from '../files/watched-file.ts';

/** The verifier of one scheme. */
export interface Verifier {
  readonly name: string;
  /** The headers that carry its credentials, in lower case. */
  readonly headers: readonly string[];
  /** The challenge of a 401 in `WWW-Authenticate`. @see RFC 9110, section 11.6.1 */
  readonly challenge: string;
  /** Whether credentials of its kind were sent. */
  recognises(credentials: Credentials): boolean;
  /**
   * Verifies credentials of its kind; reads the body first if they sign it.
   *
   * @throws AuthFailure
   */
  verify(credentials: Credentials, readBody: ReadBody): Promise<Principal>;
  /** Stops watching files. */
  close(): void;
}

/** Reads the body of the caller's request unchanged. */
export type ReadBody = () => Promise<Buffer>;

/** For requests without a body, such as a handshake. */
export const noBody: ReadBody = async () => {
  throw new AuthFailure('invalid', 'the request has no body to be signed');
};

/** Opens the verifier of one kind of scheme, the counterpart of its spec. @throws ConfigError */
export type OpenVerifier<S extends Scheme = Scheme> = (scheme: S, options: FileOptions) => Verifier;
