import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { use } from './use.ts';

/** One that signs tokens, and shows the keys to check them with. */
export interface IdentityProvider {
  readonly jwksUrl: string;
  /** How often the keys were asked for. */
  readonly fetches: number;
  /** The public key in PEM. */
  readonly publicKey: string;
  /** Signs a token that is sound, but for what is given. */
  sign(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Signs from now on with another key, and shows no other. */
  rotate(): void;
  /** Whether the keys can be had. */
  isAway: boolean;
}

/** The `iss` and `aud` of sound tokens. */
export const issuer = 'https://id.example/';
export const audience = 'orders';

interface Pair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Opens an identity provider on a port of its own, until the test ends. */
export async function openIdentityProvider(): Promise<IdentityProvider> {
  let pair = makePair();
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: pair.kid, use: 'sig' };
    response.writeHead(provider.isAway ? 500 : 200, { connection: 'close' });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  use(server, () => server.close());
  const provider: IdentityProvider = {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    isAway: false,
    get fetches() {
      return fetches;
    },
    get publicKey() {
      return pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    },
    sign: (claims = {}, header = {}) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'ana', exp: secondsFromNow(60), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: pair.kid, ...header })
        .sign(pair.privateKey),
    rotate() {
      pair = makePair();
    },
  };
  return provider;
}

/** A moment as tokens write it. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** The lines of a scheme `users` that trusts the provider. */
export function usersOf({ jwksUrl }: IdentityProvider, more = ''): string {
  return `users: { jwt: { issuer: "${issuer}", audience: ${audience}, algorithms: [ES256], jwks: "${jwksUrl}"${more} } }`;
}

function makePair(): Pair {
  return { kid: randomUUID(), ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}
