import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';

/** Signs tokens with a key of its own. */
export interface TokenSigner {
  /** The public key in PEM. */
  readonly publicKey: string;
  /** The public key as a key set lists it. */
  readonly jwk: JWK;
  /** Signs a token that is valid except for the given claims and headers. */
  sign(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

/** The `iss` and `aud` of valid tokens. */
export const issuer = 'https://id.example/';
export const audience = 'orders';

export function createTokenSigner(): TokenSigner {
  const kid = randomUUID();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' },
    sign: (claims = {}, header = {}) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'ana', exp: secondsFromNow(60), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid, ...header })
        .sign(privateKey),
  };
}

/** A time as in the claims of a token. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
