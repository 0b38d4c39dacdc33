import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { audience, createTokenSigner, issuer, type TokenSigner } from './token-signer.ts';
import { use } from './use.ts';

/** One that signs tokens, and shows the keys to check them with. */
export interface IdentityProvider extends Pick<TokenSigner, 'publicKey' | 'sign'> {
  readonly jwksUrl: string;
  /** How often the keys were asked for. */
  readonly fetches: number;
  /** Signs from now on with another key, and shows no other. */
  rotate(): void;
  /** Whether the keys can be had. */
  isAway: boolean;
}

/** Opens an identity provider on a port of its own, until the test ends. */
export async function openIdentityProvider(): Promise<IdentityProvider> {
  let signer = createTokenSigner();
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    response.writeHead(provider.isAway ? 500 : 200, { connection: 'close' });
    response.end(JSON.stringify({ keys: [signer.jwk] }));
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
      return signer.publicKey;
    },
    sign: (claims, header) => signer.sign(claims, header),
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
