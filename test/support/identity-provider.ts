import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import { audience, createTokenSigner, issuer, type TokenSigner } from './token-signer.ts';
import { use } from './use.ts';

/** A provider that signs tokens, and publishes the keys to verify them with. */
export interface IdentityProvider extends Pick<TokenSigner, 'publicKey' | 'sign'> {
  readonly jwksUrl: string;
  /** A URL that answers every request with 429. */
  readonly limitedUrl: string;
  /** How often the keys were fetched. */
  readonly fetches: number;
  /** Replaces the key, and no longer publishes the old one. */
  rotate(): void;
  /** Also publishes these keys, all keys without an id. */
  showUnnamed(others: readonly JWK[]): void;
  /** Whether the keys are unavailable. */
  isAway: boolean;
}

/** Opens an identity provider on a free port, until the test ends. */
export async function openIdentityProvider(): Promise<IdentityProvider> {
  let signer = createTokenSigner();
  let others: readonly JWK[] | undefined;
  let fetches = 0;
  const server = createServer((request, response) => {
    if (request.url === '/limited') {
      response.writeHead(429, { 'retry-after': '9', connection: 'close' }).end();
      return;
    }
    fetches += 1;
    response.writeHead(provider.isAway ? 500 : 200, { connection: 'close' });
    const keys = others ? [...others, signer.jwk].map(({ kid: _kid, ...jwk }) => jwk) : [signer.jwk];
    response.end(JSON.stringify({ keys }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  use(server, () => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: IdentityProvider = {
    jwksUrl: `${origin}/jwks.json`,
    limitedUrl: `${origin}/limited`,
    isAway: false,
    get fetches() {
      return fetches;
    },
    get publicKey() {
      return signer.publicKey;
    },
    sign: (claims, header) => signer.sign(claims, header),
    showUnnamed(given) {
      others = given;
    },
    rotate() {
      signer = createTokenSigner();
    },
  };
  return provider;
}

/** The lines of a scheme `users` that trusts the provider. */
export function usersOf({ jwksUrl }: IdentityProvider, more = ''): string {
  return `users: { jwt: { issuer: "${issuer}", audience: ${audience}, algorithms: [ES256], jwks: "${jwksUrl}"${more} } }`;
}
