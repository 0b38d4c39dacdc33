import { type ApiClient, type ApiKeyScheme, parseClients } from '@restmapper/endpoints';
import { headerOf } from '../caller/credentials.ts';
import { findByDigest, sha256 } from '../secrets/digest.ts';
import { AuthFailure } from '../caller/principal.ts';
import { openSource } from '../files/source.ts';
import type { Verifier } from './verifier.ts';
import type { FileOptions } from '../files/watched-file.ts';

interface Key {
  readonly digest: Buffer;
  readonly client: ApiClient;
}

/** Authenticates clients by random keys, of which it has only the digests. @throws ConfigError */
export function openApiKeys(scheme: ApiKeyScheme, options: FileOptions): Verifier {
  const { name, header } = scheme;
  const clients = openSource(scheme.clients, { ...options, parse: (text, path) => parseClients(text, path) });
  let known = clients.value;
  let keys = keysOf(known);
  return {
    name,
    headers: [header],
    challenge: `ApiKey realm="${name}", header="${header}"`,
    recognises: (credentials) => headerOf(credentials, header) !== undefined,
    async verify(credentials) {
      if (known !== clients.value) {
        known = clients.value;
        keys = keysOf(known);
      }
      const client = findByDigest(keys, sha256(headerOf(credentials, header) ?? ''))?.client;
      if (!client) throw new AuthFailure('invalid', 'no client has this key');
      const { name: subject, scopes, claims } = client;
      return { identity: { subject, scheme: name, scopes, claims }, expiresEpochMs: undefined };
    },
    close: () => clients.close(),
  };
}

function keysOf(clients: readonly ApiClient[]): readonly Key[] {
  return clients.flatMap((client) => client.keys.map((key) => ({ digest: Buffer.from(key, 'hex'), client })));
}
