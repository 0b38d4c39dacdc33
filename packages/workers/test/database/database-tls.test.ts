import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { openPostgresTlsProxy } from '../../../../test/support/postgres-tls-proxy.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { certificatePath } from '../../../../test/support/tls-proxy.ts';
import { use } from '../../../../test/support/use.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { databaseErrorOf } from '../contract/fixtures.ts';
import { useTestDatabase } from '../support/databases.ts';

function targetOf(url: string) {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port || 5432) };
}

/** A database whose server speaks TLS, by the name localhost. */
async function useEncrypted(certificate: 'server' | 'other' = 'server') {
  const { url } = await useTestDatabase();
  const proxy = use(await openPostgresTlsProxy({ target: targetOf(url), certificate }), (proxy) =>
    proxy.close(),
  );
  const { username, password, pathname } = new URL(url);
  return { proxy, url: `postgres://${username}:${password}@localhost:${proxy.port}${pathname}` };
}

function openAt(url: string) {
  return use(openPostgres({ url }), (db) => db.close());
}

const ca = `sslrootcert=${certificatePath('ca')}`;

describe('a PostgreSQL with TLS', () => {
  for (const query of [
    `sslmode=require&${ca}`,
    `sslmode=verify-full&${ca}`,
    ca,
    'sslmode=prefer',
    'sslmode=no-verify',
  ]) {
    it(`uses TLS with ?${query.replace(/\/.*\//, '')}`, async () => {
      const { url, proxy } = await useEncrypted();

      expect(await openAt(`${url}?${query}`).query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
      expect(proxy.encrypted).to.equal(1);
    });
  }

  it('may have another name only if the name is not verified', async () => {
    const { url } = await useEncrypted('other');

    const error = await databaseErrorOf(openAt(`${url}?sslmode=verify-full&${ca}`).query('SELECT 1'));

    expect(error).to.include({ kind: 'away', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(await openAt(`${url}?sslmode=verify-ca&${ca}`).query('SELECT 1')).to.have.length(1);
  });

  it('is refused when its authority is unknown', async () => {
    const { url } = await useEncrypted();

    const error = await databaseErrorOf(openAt(`${url}?sslmode=require`).query('SELECT 1'));

    expect(error.kind).to.equal('away');
    expect(error.code).to.be.oneOf([
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ]);
  });
});

describe('a PostgreSQL without TLS', () => {
  it('is used as it is where TLS is only preferred, by connections and pipelines', async () => {
    const { url } = await useTestDatabase();
    const db = openAt(`${url}?sslmode=prefer`);

    const answers = await Promise.all([db.query('SELECT 1 AS a'), db.openPipeline().query('SELECT 1 AS a')]);

    expect(answers).to.deep.equal([[{ a: 1 }], [{ a: 1 }]]);
  });

  it('is refused where TLS is required', async () => {
    const { url } = await useTestDatabase();

    const error = await databaseErrorOf(openAt(`${url}?sslmode=require`).query('SELECT 1'));

    expect(error.kind).to.equal('away');
    expect(error.message).to.include('does not support SSL');
  });

  it('is found by the folder of its Unix socket', async () => {
    const { url } = await useTestDatabase();
    const folder = use(await makeTemporaryFolder('socket'), (path) => rm(path, { recursive: true }));
    const server = createServer((socket) => {
      const upstream = connect(targetOf(url));
      socket.pipe(upstream).pipe(socket);
      socket.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    server.listen(join(folder, '.s.PGSQL.5499'));
    await once(server, 'listening');
    use(server, () => server.close());
    const { username, password, pathname } = new URL(url);

    const db = openAt(`postgres://${username}:${password}@${pathname}?host=${folder}&port=5499`);

    expect(await db.query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
  });
});

describe('a file that the URL of a database names', () => {
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    it(`is reported in a sentence when the ${name} is missing`, () => {
      const url = `postgres://h/d?sslmode=require&${name}=/none.pem`;

      expect(() => openPostgres({ url })).to.throw(`cannot read ${name} /none.pem: there is no such file`);
    });
  }
});
