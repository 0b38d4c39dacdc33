import type { Scheme, SchemeKind } from '@restmapper/endpoints';
import type { FileOptions } from '../files/watched-file.ts';
import { openApiKeys } from './api-key.ts';
import { openBasic } from './basic.ts';
import { openForward } from './forward.ts';
import { openHmac } from './hmac.ts';
import { openJwt } from './jwt.ts';
import type { OpenVerifier, Verifier } from './verifier.ts';

/** How each kind of scheme verifies credentials. */
export const verifiers: Readonly<Record<SchemeKind, OpenVerifier<never>>> = {
  jwt: openJwt,
  apiKey: openApiKeys,
  basic: openBasic,
  forward: openForward,
  hmac: openHmac,
};

/** Opens a scheme of a file. @throws ConfigError if a key or a file is invalid. */
export function openVerifier(scheme: Scheme, options: FileOptions): Verifier {
  // Each room gets only schemes of its kind, as selected by `kind`.
  return (verifiers[scheme.kind] as OpenVerifier)(scheme, options);
}
