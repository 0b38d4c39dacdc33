import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { HmacScheme } from '@restmapper/endpoints';
import { headerOf } from '../caller/credentials.ts';
import { AuthFailure } from '../caller/principal.ts';
import { readSignature, type Signature } from './signature-header.ts';
import type { Verifier } from './verifier.ts';

/**
 * Authenticates senders of webhooks by the signature of the body, byte for byte as it was received.
 *
 * Headers and time are checked before the body is read.
 */
export function openHmac(scheme: HmacScheme): Verifier {
  const { name, header, subject, scopes } = scheme;
  const keys = scheme.secrets.map((secret) => keyOf(secret, scheme));
  return {
    name,
    headers: [...new Set([header, scheme.timestampHeader ?? header, scheme.idHeader ?? header])],
    challenge: `HMAC realm="${name}", header="${header}"`,
    recognises: (credentials) => headerOf(credentials, header) !== undefined,
    async verify(credentials, readBody) {
      const signature = readSignature(credentials, scheme, Date.now());
      const body = await readBody();
      const expected = keys.map((key) => sign(key, { scheme, signature, body }));
      if (!hasCommon(signature.candidates, expected)) {
        throw new AuthFailure('invalid', 'no secret makes this signature of the body');
      }
      const identity = { subject, scheme: name, scopes, claims: {} };
      return { identity, expiresEpochMs: undefined, callId: signature.id };
    },
    close() {},
  };
}

function keyOf(secret: string, { secretEncoding }: HmacScheme): KeyObject {
  const text = secretEncoding === 'base64' ? secret.replace(/^whsec_/, '') : secret;
  return createSecretKey(text, secretEncoding);
}

interface Signed {
  readonly scheme: HmacScheme;
  readonly signature: Signature;
  readonly body: Buffer;
}

function sign(key: KeyObject, { scheme, signature, body }: Signed): Buffer {
  const hmac = createHmac(scheme.algorithm, key);
  const { id = '', timestamp = '' } = signature;
  const values = { body, id, timestamp };
  for (const part of scheme.content) hmac.update('text' in part ? part.text : values[part.value]);
  return hmac.digest();
}

/** Every pair is compared, each in constant time. */
function hasCommon(candidates: readonly Buffer[], expected: readonly Buffer[]): boolean {
  let isFound = false;
  for (const candidate of candidates) {
    for (const digest of expected) if (timingSafeEqual(candidate, digest)) isFound = true;
  }
  return isFound;
}
