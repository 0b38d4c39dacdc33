import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { ConfigError } from '@restmapper/core';
import { secretFault } from '@restmapper/endpoints';

export interface StaticKeyOptions {
  readonly kind: 'public' | 'secret';
  readonly algorithms: readonly string[];
  /** The place of the text, for messages, which never contain the text. */
  readonly place: string;
}

const minRsaBits = 2048;

/**
 * Reads a key from text: PEM or a JWK for a public one, the bytes of the text for a secret.
 *
 * @throws ConfigError if it is invalid, or does not fit every algorithm.
 */
export function parseKey(text: string, { kind, algorithms, place }: StaticKeyOptions): KeyObject {
  const trimmed = text.trim();
  if (kind === 'secret') {
    const fault = secretFault(trimmed, algorithms);
    if (fault !== undefined) throw new ConfigError(`${place}: the key ${fault}`);
    return createSecretKey(trimmed, 'utf8');
  }
  const key = readPublicKey(trimmed, place);
  const misfit = algorithms.find((algorithm) => !fits(key, algorithm));
  if (misfit !== undefined) throw new ConfigError(`${place}: the key does not fit the algorithm ${misfit}`);
  return key;
}

function readPublicKey(text: string, place: string): KeyObject {
  try {
    return text.startsWith('{')
      ? createPublicKey({ key: JSON.parse(text), format: 'jwk' })
      : createPublicKey(text);
  } catch {
    // The cause might contain the text.
    throw new ConfigError(`${place}: the key is neither a public key in PEM nor a JWK`);
  }
}

const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};

/** @see RFC 7518, sections 3.3 to 3.5, and RFC 8037 */
function fits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, algorithm: string): boolean {
  if (algorithm === 'EdDSA') return asymmetricKeyType === 'ed25519';
  const curve = curves[algorithm];
  if (curve !== undefined) return asymmetricKeyDetails?.namedCurve === curve;
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= minRsaBits;
}
