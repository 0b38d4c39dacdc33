import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashPassword, sha256 } from '@restmapper/auth';
import { decodeEnvelope, type Delivery } from '@restmapper/bus';
import { expect } from 'chai';
import { openIdentityProvider, usersOf } from '../../../test/support/identity-provider.ts';
import { createTokenSigner, secondsFromNow, type TokenSigner } from '../../../test/support/token-signer.ts';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import { problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

/** Replies with the caller. */
function answerIdentity({ body }: Delivery) {
  return reply(decodeEnvelope(body).identity ?? Buffer.from('null'));
}

async function startWith(schemes: string, endpoint = ''): Promise<(headers?: object) => Promise<Response>> {
  const { bus, call } = await startGateway(`
  GET /a: { rpc: true${endpoint} }
auth:
  schemes:
    ${schemes}
`);
  await work(bus, '/a:GET', answerIdentity);
  return (headers = {}) => call('/a', { headers: { ...headers } });
}

function basic(user: string): object {
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

/** The path of a file in a folder that is removed after the test. */
async function openFile(name: string): Promise<string> {
  const folder = await makeTemporaryFolder('callers');
  use(folder, () => rm(folder, { recursive: true }));
  return join(folder, name);
}

function clientsOf(keys: readonly string[]): string {
  const digests = keys.map((key) => sha256(key).toString('hex'));
  return JSON.stringify({ bob: { keys: digests, scopes: ['a:read'], claims: { tenant: 't1' } } });
}

describe('an authenticated caller', () => {
  it('by a token reaches workers with subject, scopes and the requested claims', async () => {
    const provider = await openIdentityProvider();
    const call = await startWith(usersOf(provider, ', claims: [tenant, missing]'));
    const token = await provider.sign({ scope: 'a:read a:write', tenant: { id: 7 }, secret: 'no' });

    const response = await call({ authorization: `bearer ${token}` });

    expect(await response.json()).to.deep.equal({
      subject: 'ana',
      scheme: 'users',
      scopes: ['a:read', 'a:write'],
      claims: { tenant: { id: 7 } },
    });
  });

  it('by a token that names no key is verified with any key that fits', async () => {
    const provider = await openIdentityProvider();
    const [other, stranger] = [createTokenSigner(), createTokenSigner()];
    provider.showUnnamed([other.jwk, createTokenSigner().jwk]);
    const call = await startWith(usersOf(provider));
    const statusFor = async ({ sign }: Pick<TokenSigner, 'sign'>, claims = {}): Promise<number> => {
      const token = await sign(claims, { kid: undefined });
      return (await call({ authorization: `Bearer ${token}` })).status;
    };

    expect(await statusFor(provider)).to.equal(200);
    expect(await statusFor(other)).to.equal(200);
    expect(await statusFor(stranger)).to.equal(401);
    expect(await statusFor(other, { aud: 'another service' })).to.equal(401);
    expect(await statusFor(provider, { exp: secondsFromNow(-60) })).to.equal(401);
  });

  it('by a key is the client of that key', async () => {
    const call = await startWith(
      `machines: { apiKey: { header: x-key, clients: ${clientsOf(['one', 'two'])} } }`,
    );
    const bob = { subject: 'bob', scheme: 'machines', scopes: ['a:read'], claims: { tenant: 't1' } };

    for (const key of ['one', 'two']) {
      expect(await (await call({ 'x-key': key })).json()).to.deep.equal(bob);
    }
    expect((await call({ 'x-api-key': 'one' })).status).to.equal(401);
  });

  it('by a password is the user of that name', async () => {
    const hash = await hashPassword('pässword:1');
    const call = await startWith(`people: { basic: { users: { ana: { password: "${hash}" } } } }`);

    const answers = await Promise.all(
      ['ana:pässword:1', 'ana:pa\u0308ssword:1', 'ana:wrong', 'eve:pässword:1', 'ana'].map((user) =>
        call(basic(user)),
      ),
    );

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 401, 401, 401]);
    expect(await answers[0]?.json()).to.include({ subject: 'ana', scheme: 'people' });
    expect(answers[2]?.headers.get('www-authenticate')).to.equal('Basic realm="people", charset="UTF-8"');
  });

  it('needs to satisfy one scheme of several', async () => {
    const provider = await openIdentityProvider();
    const call = await startWith(
      `${usersOf(provider)}\n    machines: { apiKey: { clients: ${clientsOf(['one'])} } }`,
      ', scopes: [a:read]',
    );
    const token = await provider.sign({ scope: '' });

    const both = await call({ authorization: `Bearer ${token}`, 'x-api-key': 'one' });
    const forged = await call({ authorization: 'Bearer forged', 'x-api-key': 'one' });
    const neither = await call();

    expect(await both.json()).to.include({ scheme: 'machines' });
    expect(await forged.json()).to.include({ scheme: 'machines' });
    expect(neither.headers.get('www-authenticate')).to.equal(
      'Bearer realm="users", ApiKey realm="machines", header="x-api-key"',
    );
  });

  it('is not authenticated on a public endpoint', async () => {
    const call = await startWith(
      `machines: { apiKey: { clients: ${clientsOf(['one'])} } }`,
      ', public: true',
    );

    for (const key of ['one', 'wrong']) {
      const response = await call({ 'x-api-key': key });

      expect([response.status, await response.text()]).to.deep.equal([200, 'null']);
    }
  });

  it('is named in the log', async () => {
    const { call, log } = await startGateway(`
  GET /a: { rpc: true }
auth: { schemes: { machines: { apiKey: { clients: ${clientsOf(['one'])} } } } }
`);

    await call('/a', { headers: { 'x-api-key': 'one' } });

    const line = await until(() => log.lines.find(({ fields }) => fields['status'] === 503));
    expect(line.fields).to.include({ subject: 'bob', scheme: 'machines' });
  });
});

describe('a caller who has been authenticated', () => {
  it('is refused once the key is gone from its file', async () => {
    const file = await openFile('clients.json');
    await writeFile(file, clientsOf(['old', 'new']));
    const call = await startWith(`machines: { apiKey: { clientsFile: "${file}" } }`);
    expect((await call({ 'x-api-key': 'old' })).status).to.equal(200);

    await writeFile(file, clientsOf(['new']));

    await until(async () => (await call({ 'x-api-key': 'old' })).status === 401);
    expect((await call({ 'x-api-key': 'new' })).status).to.equal(200);
  });

  it('is refused once the token is denied; tokens that cannot be denied are refused too', async () => {
    const provider = await openIdentityProvider();
    const file = await openFile('denied.txt');
    await writeFile(file, '# none yet\n');
    const call = await startWith(usersOf(provider, `, deniedFile: "${file}"`));
    const authorization = `Bearer ${await provider.sign({ jti: 'j1' })}`;
    expect((await call({ authorization })).status).to.equal(200);

    await writeFile(file, '# stolen\nj0\nj1\n');

    await until(async () => (await call({ authorization })).status === 401);
    expect((await call({ authorization: `Bearer ${await provider.sign({ jti: 'j2' })}` })).status).to.equal(
      200,
    );
    expect((await call({ authorization: `Bearer ${await provider.sign()}` })).status).to.equal(401);
  });

  it('gets 503 while the keys of the provider are unavailable, and 200 once they are back', async () => {
    const provider = await openIdentityProvider();
    provider.isAway = true;
    const call = await startWith(usersOf(provider, ', cooldown: 1s'));
    const authorization = `Bearer ${await provider.sign()}`;

    const response = await call({ authorization });

    expect(response.headers.get('retry-after')).to.match(/^[123]$/);
    expect(await problemOf(response)).to.include({ status: 503, code: 'AUTH_UNAVAILABLE' });
    provider.isAway = false;
    await until(async () => (await call({ authorization })).status === 200);
    expect(provider.fetches).to.equal(2);
  });
});
