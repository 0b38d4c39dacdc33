import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { openTcpProxy } from '../../../../test/support/tcp-proxy.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { maxMessageBytes } from '../../src/database/message-guard.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { databaseErrorOf } from '../contract/fixtures.ts';
import { killConnections, usePostgres, useTestDatabase } from '../support/databases.ts';

describe('openPostgres', () => {
  it('returns at once when there is no server, and fails as away', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const db = use(openPostgres({ url: `postgres://x@127.0.0.1:${port}/x` }), (db) => db.close());

    const error = await databaseErrorOf(db.query('SELECT 1'));

    expect(error).to.include({ kind: 'away', code: 'ECONNREFUSED' });
  });

  it('fails as away in time when the server never answers', async () => {
    const silent = use(createServer().listen(0, '127.0.0.1'), (server) => server.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const options = { url: `postgres://x@127.0.0.1:${port}/x`, connectTimeoutMs: 100 };
    const db = use(openPostgres(options), (db) => db.close());

    const error = await databaseErrorOf(db.query('SELECT 1'));

    expect(error.kind).to.equal('away');
  });

  it('fails as away when the database does not exist, since it may be created', async () => {
    const { url, create, drop } = await useTestDatabase();
    await drop();
    const db = use(openPostgres({ url }), (db) => db.close());

    const error = await databaseErrorOf(db.query('SELECT 1'));

    expect(error).to.include({ kind: 'away', code: '3D000' });
    await create();
    expect(await db.query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
  });

  it('survives when its connections are killed, idle or active', async () => {
    const database = await useTestDatabase();
    const db = use(openPostgres({ url: database.url }), (db) => db.close());
    await db.query('SELECT 1');

    const atWork = databaseErrorOf(db.query('SELECT pg_sleep(60)'));
    await until(async () => (await killConnections(database)) > 0);

    expect((await atWork).kind).to.equal('away');
    await db.query('SELECT 1');
    await killConnections(database);
    await until(async () => (await db.query('SELECT 1')).length === 1);
  });

  it('ends a statement that takes too long, which does not count as the database being away', async () => {
    const db = await usePostgres({ statementTimeoutMs: 50 });

    const error = await databaseErrorOf(db.query('SELECT pg_sleep(60)'));

    expect(error).to.include({ kind: 'defect', code: '57014' });
  });

  it('drops a connection that falls silent in the middle of a statement, and does not reuse it', async () => {
    const { url } = await useTestDatabase();
    const proxy = use(await openTcpProxy({ port: Number(new URL(url).port) }), (proxy) => proxy.close());
    const through = Object.assign(new URL(url), { port: proxy.port }).href;
    const db = use(openPostgres({ url: through, statementTimeoutMs: 100 }), (db) => db.close());
    await db.query('SELECT 1');
    proxy.blackHole();

    const error = await databaseErrorOf(
      db.transaction(async (tx) => {
        await tx.query('SELECT 1');
      }),
    );
    proxy.heal();

    expect(error.kind).to.equal('away');
    expect(await db.query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
  });

  it('fails a statement that answers with too long a row, and continues', async () => {
    const db = await usePostgres();
    const sql = `SELECT repeat('x', ${maxMessageBytes})`;

    const errors = [
      await databaseErrorOf(db.query(sql)),
      await databaseErrorOf(db.transaction((tx) => tx.query(sql))),
      await databaseErrorOf(db.openPipeline().query(sql)),
    ];

    for (const error of errors) expect(error).to.include({ kind: 'defect', code: 'ERR_MESSAGE_TOO_LONG' });
    expect(await db.query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
  }).timeout(120_000);

  it('sends its name to the server', async () => {
    const db = await usePostgres({ applicationName: 'restmapper work' });

    const rows = await db.query(`SELECT current_setting('application_name') AS name`);

    expect(rows).to.deep.equal([{ name: 'restmapper work' }]);
  });
});
