import { createHmac } from 'node:crypto';
import { sha256 } from '@restmapper/auth';
import type { Delivery } from '@restmapper/bus';
import { expect } from 'chai';
import {
  type IdentityProvider,
  openIdentityProvider,
  usersOf,
} from '../../../test/support/identity-provider.ts';
import { secondsFromNow } from '../../../test/support/token-signer.ts';
import { problemOf, type StartedGateway, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const key = 'a-key-of-256-random-bits';

interface Protected extends StartedGateway {
  readonly provider: IdentityProvider;
  /** The messages that got through. */
  readonly deliveries: readonly Delivery[];
}

async function startProtected(): Promise<Protected> {
  const provider = await openIdentityProvider();
  const gateway = await startGateway(`
  GET /a: { rpc: true, query: { additionalProperties: true } }
  GET /b: { rpc: true, scopes: [b:read] }
auth:
  schemes:
    ${usersOf(provider)}
    machines: { apiKey: { clients: { bob: { keys: [${sha256(key).toString('hex')}] } } } }
`);
  const deliveries = await work(gateway.bus, '/a:GET', () => reply('{}'));
  return { ...gateway, provider, deliveries };
}

function bearer(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const sound = { iss: 'https://id.example/', aud: 'orders', sub: 'ana' };

/** Each creates the credentials of one attack. */
const forgeries: Readonly<Record<string, (provider: IdentityProvider) => Promise<string> | string>> = {
  'a token that is not signed (alg none)': () =>
    `${encode({ alg: 'none' })}.${encode({ ...sound, exp: secondsFromNow(60) })}.`,
  'a token signed with the public key as if it were a secret': ({ publicKey }) => {
    const content = `${encode({ alg: 'HS256' })}.${encode({ ...sound, exp: secondsFromNow(60) })}`;
    return `${content}.${createHmac('sha256', publicKey).update(content).digest('base64url')}`;
  },
  'a token whose header names another algorithm than its signature has': async (provider) => {
    const [, payload, signature] = (await provider.sign()).split('.');
    return `${encode({ alg: 'RS256' })}.${payload}.${signature}`;
  },
  'a token whose claims were changed': async (provider) => {
    const [header, , signature] = (await provider.sign()).split('.');
    return `${header}.${encode({ ...sound, sub: 'root', exp: secondsFromNow(60) })}.${signature}`;
  },
  'a token without exp': (provider) => provider.sign({ exp: undefined }),
  'a token without sub': (provider) => provider.sign({ sub: undefined }),
  'a token that has expired': (provider) => provider.sign({ exp: secondsFromNow(-1) }),
  'a token that is not valid yet': (provider) => provider.sign({ nbf: secondsFromNow(30) }),
  'a token for another audience (aud)': (provider) => provider.sign({ aud: 'billing' }),
  'a token of another issuer (iss)': (provider) => provider.sign({ iss: 'https://evil.example/' }),
  'a token of a key that the provider does not have': (provider) => provider.sign({}, { kid: 'unknown' }),
  'a token that brings its own key': (provider) =>
    provider.sign({}, { kid: 'x', jku: 'http://127.0.0.1:1/' }),
  'a subject that would forge a log line': (provider) => provider.sign({ sub: 'ana\nroot' }),
  'a token of eight thousand dots': () => '.'.repeat(8_000),
  'no token at all': () => '',
};

describe('an attack on an endpoint', () => {
  for (const [title, forge] of Object.entries(forgeries)) {
    it(`is answered 401: ${title}`, async () => {
      const { call, provider, deliveries } = await startProtected();

      const response = await call('/a', bearer(await forge(provider)));

      expect(response.headers.get('www-authenticate')).to.contain('Bearer realm="users"');
      expect(await problemOf(response)).to.include({ status: 401, code: 'UNAUTHENTICATED' });
      expect(deliveries).to.deep.equal([]);
    });
  }

  it('is answered 401: a key or a token in the query', async () => {
    const { call, provider } = await startProtected();
    const token = await provider.sign();

    for (const query of [`access_token=${token}`, `token=${token}`, `x-api-key=${key}`, `api_key=${key}`]) {
      expect(await problemOf(await call(`/a?${query}`))).to.include({ status: 401 });
    }
  });

  it('is answered 401: a key that is nearly right', async () => {
    const { call } = await startProtected();

    for (const wrong of [`${key}x`, key.slice(1), key.toUpperCase(), `${key}, ${key}`, '']) {
      const response = await call('/a', { headers: { 'x-api-key': wrong } });

      expect(await problemOf(response), wrong).to.include({ status: 401, code: 'UNAUTHENTICATED' });
    }
  });

  it('is answered 401: a flood of unknown keys, which causes one fetch in a cooldown', async () => {
    const { call, provider } = await startProtected();
    expect((await call('/a', bearer(await provider.sign()))).status).to.equal(200);

    const tokens = Array.from({ length: 200 }, (_, index) => provider.sign({}, { kid: `k${index}` }));
    const responses = await Promise.all(
      (await Promise.all(tokens)).map((token) => call('/a', bearer(token))),
    );

    expect(new Set(responses.map(({ status }) => status))).to.deep.equal(new Set([401]));
    expect(provider.fetches).to.equal(1);
  });

  it('is answered 403: a caller that lacks the scope', async () => {
    const { call, provider } = await startProtected();

    const response = await call('/b', bearer(await provider.sign({ scope: 'a:read b:readx' })));

    expect(response.headers.get('www-authenticate')).to.contain('insufficient_scope');
    expect(await problemOf(response)).to.include({ status: 403, code: 'INSUFFICIENT_SCOPE' });
  });

  it('does not make the gateway read the body', async () => {
    const { server, call } = await startGateway(`
  POST /a: { fanout: true, body: true }
auth:
  schemes: { machines: { apiKey: { clients: { bob: { keys: [${sha256(key).toString('hex')}] } } } } }
`);
    let unread: boolean | undefined;
    server.prependListener('request', (request, response) => {
      response.once('finish', () => (unread = request.readableFlowing !== true || !request.complete));
    });
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024)) });

    const response = await call('/a', {
      method: 'POST',
      body: endless,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as RequestInit);

    expect(await problemOf(response)).to.include({ status: 401 });
    expect(unread).to.not.equal(false);
  });

  it('leaves no credentials in the log', async () => {
    const { call, provider, log } = await startProtected();
    const tokens = [await provider.sign({ aud: 'billing' }), await provider.sign()];

    for (const token of tokens) await call('/a', bearer(token));
    await call('/a', { headers: { 'x-api-key': `${key}-wrong` } });

    const written = JSON.stringify(log.lines, (_name, value: unknown) =>
      value instanceof Error ? `${value.stack} ${String(value.cause)}` : value,
    );
    expect(log.lines).to.have.length(3);
    expect(written).to.contain('JWT_CLAIM_VALIDATION_FAILED');
    for (const token of tokens) expect(written).to.not.contain(token.split('.')[2]);
    expect(written).to.not.contain(key);
  });
});
