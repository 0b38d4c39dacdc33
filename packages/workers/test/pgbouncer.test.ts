import { expect } from 'chai';
import { after, before } from 'mocha';
import { Client } from 'pg';
import { databaseUrl } from '../../../test/support/database.ts';
import { openPgBouncer, type PgBouncer } from '../../../test/support/pgbouncer.ts';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import type { Database } from '../src/database/database.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { databaseErrorOf } from './contract/fixtures.ts';
import { describeDatabaseContract } from './contract/index.ts';
import { createTestDatabase, onServer, useTestDatabase } from './support/databases.ts';
import { useWorkers } from './support/workers.ts';

function openBouncer(): Promise<PgBouncer> {
  return openPgBouncer(new URL(databaseUrl()));
}

describeDatabaseContract('PostgreSQL behind PgBouncer in transaction mode', {
  async open() {
    const bouncer = await openBouncer();
    const { name, drop } = await createTestDatabase();
    const db = openPostgres({ url: bouncer.urlOf(name) });
    return {
      query: (sql, params) => db.query(sql, params),
      transaction: (work) => db.transaction(work),
      openPipeline: () => db.openPipeline(),
      async close() {
        await db.close();
        await bouncer.close();
        await drop();
      },
    };
  },
});

describe('the settings of a session', () => {
  let bouncer: PgBouncer;

  before('open PgBouncer', async function () {
    this.timeout(150_000);
    bouncer = await openBouncer();
  });

  after('close PgBouncer', async () => {
    await bouncer.close();
  });

  const settings = `SELECT current_setting('statement_timeout') AS timeout, current_setting('synchronous_commit') AS commit,
    current_setting('idle_in_transaction_session_timeout') AS idle`;
  const ours = [{ timeout: '30s', commit: 'on', idle: '35s' }];

  /** Reads them in each of the ways to run a statement. */
  async function readAll(db: Database) {
    return await Promise.all([
      db.query(settings),
      db.query(settings, []),
      db.transaction((tx) => tx.query(settings)),
      db.openPipeline().query(settings),
    ]);
  }

  for (const way of ['directly', 'through PgBouncer'] as const) {
    it(`are ours ${way}, whatever the server's defaults`, async () => {
      const { name, url } = await useTestDatabase();
      await onServer(`ALTER DATABASE ${name} SET synchronous_commit = off`);
      const db = use(openPostgres({ url: way === 'directly' ? url : bouncer.urlOf(name) }), (db) =>
        db.close(),
      );

      expect(await readAll(db)).to.deep.equal([ours, ours, ours, ours]);
    });

    it(`leave ${way} a stricter synchronous_commit as it is`, async () => {
      const { name, url } = await useTestDatabase();
      await onServer(`ALTER DATABASE ${name} SET synchronous_commit = remote_apply`);
      const db = use(openPostgres({ url: way === 'directly' ? url : bouncer.urlOf(name) }), (db) =>
        db.close(),
      );

      for (const [row] of await readAll(db)) expect(row).to.have.property('commit', 'remote_apply');
    });
  }

  it('do not affect other programs that share a session with us', async () => {
    const { name } = await useTestDatabase();
    await onServer(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const db = use(openPostgres({ url: bouncer.urlOf(name), maxConnections: 1 }), (db) => db.close());
    await db.query('SELECT 1');
    await databaseErrorOf(db.query('SELECT 1 / 0'));
    await databaseErrorOf(db.transaction((tx) => tx.query('SELECT nothing')));

    const other = use(new Client(bouncer.urlOf(name)), (client) => client.end());
    await other.connect();
    const { rows } = await other.query<{ timeout: string; commit: string }>(settings);

    expect(rows).to.deep.equal([{ timeout: '0', commit: 'off', idle: '0' }]);
  });

  it('end a statement that takes too long, also through PgBouncer', async () => {
    const { name } = await useTestDatabase();
    const options = { url: bouncer.urlOf(name), statementTimeoutMs: 100 };
    const db = use(openPostgres(options), (db) => db.close());

    expect(await databaseErrorOf(db.query('SELECT pg_sleep(60)'))).to.include({ code: '57014' });
    expect(await databaseErrorOf(db.openPipeline().query('SELECT pg_sleep(60)'))).to.include({
      code: '57014',
    });
    expect(await db.query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
  });

  it('let workers store messages through PgBouncer, once and in order', async () => {
    const { name } = await useTestDatabase();
    const db = use(openPostgres({ url: bouncer.urlOf(name) }), (db) => db.close());
    const { publish } = await useWorkers({ db, once: async (_call, { db }) => await db.query('SELECT 1') });

    await Promise.all(Array.from({ length: 1000 }, (_, n) => publish('POST /messages/', String(n))));
    await publish('POST /events', '1');

    const numbers = async () =>
      (await db.query<{ n: number }>('SELECT message::int AS n FROM message ORDER BY id')).map(({ n }) => n);
    await until(async () => (await numbers()).length === 1000);
    expect(await numbers()).to.deep.equal(Array.from({ length: 1000 }, (_, n) => n));
    await until(async () => (await db.query('SELECT FROM restmapper_inbox')).length === 1);
  });
});
