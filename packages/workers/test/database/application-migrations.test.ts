import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, openMemoryBus } from '@restmapper/bus';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { inspectMigrations, migrateApplication } from '../../src/database/application-migrations.ts';
import type { Database } from '../../src/database/database.ts';
import { openEmbedded } from '../../src/database/embedded/embedded.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { openWorkers } from '../../src/runtime/workers.ts';
import { databaseErrorOf } from '../contract/fixtures.ts';
import { onServer, usePostgres, useTestDatabase } from '../support/databases.ts';
import { uniqueName } from '../support/sql-worker.ts';

type Files = Readonly<Record<string, string | Buffer>>;

async function useFolder(files: Files): Promise<string> {
  const folder = use(await makeTemporaryFolder('migrations'), (path) => rm(path, { recursive: true }));
  await write(folder, files);
  return folder;
}

async function write(folder: string, files: Files): Promise<void> {
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((thrown: unknown) => thrown);
  expect(error).to.have.property('name', 'ConfigError');
  return (error as Error).message;
}

const create = 'CREATE TABLE t (n int);\nINSERT INTO t VALUES (1);\n';

describe("the application's migrations", () => {
  for (const [name, open] of [
    ['PostgreSQL', usePostgres],
    ['the embedded database', async () => use(await openEmbedded({}), (db) => db.close())],
  ] as const) {
    it(`are applied in order, each once, by ${name}`, async () => {
      const db: Database = await open();
      const folder = await useFolder({
        '002_fill.sql': 'INSERT INTO t VALUES (2)',
        '001_create.sql': create,
        'a.txt': '',
      });

      const first = await migrateApplication(db, folder);
      await write(folder, {
        '003_more.sql': '-- more\r\nINSERT INTO t VALUES (3);',
        '001_create.sql': create.replaceAll('\n', '\r\n'),
      });
      const pending = await inspectMigrations(db, folder);
      const second = await migrateApplication(db, folder);
      const third = await migrateApplication(db, folder);

      expect([first, second, third]).to.deep.equal([
        ['001_create.sql', '002_fill.sql'],
        ['003_more.sql'],
        [],
      ]);
      expect(pending.pending.map((file) => file.name)).to.deep.equal(['003_more.sql']);
      expect(await db.query('SELECT n FROM t ORDER BY n')).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    }).timeout(120_000);
  }

  it('are applied once by processes that start together', async () => {
    const { url } = await useTestDatabase();
    const folder = await useFolder({ '001_create.sql': create, '002_fill.sql': 'INSERT INTO t VALUES (2)' });
    const databases = [1, 2, 3].map(() => use(openPostgres({ url }), (db) => db.close()));

    const applied = await Promise.all(databases.map((db) => migrateApplication(db, folder)));

    expect(applied.flat().toSorted()).to.deep.equal(['001_create.sql', '002_fill.sql']);
  });

  it('name file, line and column of a mistake, and undo what their file did', async () => {
    const db = await usePostgres();
    const folder = await useFolder({ '001_create.sql': `${create}ALTER TABLE t\n  ADD m nonsense;` });

    const message = await messageOf(migrateApplication(db, folder));

    expect(message).to.match(/001_create\.sql:4:9 42704: type "nonsense" does not exist\n/);
    expect(await db.query(`SELECT to_regclass('t') AS t`)).to.deep.equal([{ t: null }]);
    await write(folder, { '001_create.sql': create });
    expect(await migrateApplication(db, folder)).to.deep.equal(['001_create.sql']);
  });

  it('keep the search path of the session', async () => {
    const db = await usePostgres({ maxConnections: 1 });
    const folder = await useFolder({
      '001_dump.sql': `SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.t (n int);`,
      '002_next.sql': 'INSERT INTO t VALUES (1)',
    });

    expect(await migrateApplication(db, folder)).to.have.length(2);

    expect(await db.query('SELECT n FROM t')).to.have.length(1);
  });

  for (const [what, later, words] of [
    [
      'changed',
      { '001_create.sql': `${create}-- more` },
      /was changed after it had been applied; restore it/,
    ],
    [
      'renamed and changed',
      { '001_other.sql': 'SELECT 1' },
      /has the number of 001_create\.sql, which is applied/,
    ],
  ] as const) {
    it(`are refused when an applied one was ${what}`, async () => {
      const db = await usePostgres();
      const before = await useFolder({ '001_create.sql': create });
      await migrateApplication(db, before);

      const message = await messageOf(migrateApplication(db, await useFolder(later)));

      expect(message).to.match(words);
    });
  }

  it('are left alone when the database has those of a newer release', async () => {
    const db = await usePostgres();
    await migrateApplication(db, await useFolder({ '001_create.sql': create, '002_new.sql': 'SELECT 1' }));
    const older = await useFolder({ '001_create.sql': create });

    expect(await migrateApplication(db, older)).to.deep.equal([]);
    expect((await inspectMigrations(db, older)).newer).to.deep.equal(['002_new.sql']);
  });

  for (const [what, files, words] of [
    [
      'a gap',
      { '001_a.sql': 'SELECT 1', '003_c.sql': 'SELECT 1' },
      /there is no 002_….sql in .*, before 003_c\.sql/,
    ],
    [
      'a number twice',
      { '001_a.sql': 'SELECT 1', '001_b.sql': 'SELECT 1' },
      /001_a\.sql and 001_b\.sql .* same number/,
    ],
    ['another name', { 'create.sql': 'SELECT 1' }, /create\.sql in .* must be named as `001_order\.sql`/],
    ['no statement', { '001_a.sql': '-- later\n' }, /001_a\.sql:1:1 the migration has no statement/],
    ['other bytes', { '001_a.sql': Buffer.from([0xe9]) }, /001_a\.sql is not UTF-8/],
    [
      'a transaction',
      { '001_a.sql': 'SELECT 1;\nBEGIN;' },
      /001_a\.sql:2:1 each migration is one transaction/,
    ],
    [
      'an open quote',
      { '001_a.sql': "SELECT 1;\nSELECT 'a" },
      /001_a\.sql:2:1 a quote, a comment or a parenthesis/,
    ],
    [
      'an index built concurrently',
      { '001_a.sql': 'CREATE TABLE t (n int);\n\nCREATE INDEX CONCURRENTLY ON t (n);' },
      /001_a\.sql:3:1 this statement cannot run in a transaction/,
    ],
  ] as const) {
    it(`are refused with ${what}`, async () => {
      const db = await usePostgres();
      const folder = await useFolder(files);

      expect(await messageOf(migrateApplication(db, folder))).to.match(words);
    });
  }

  it('are refused without their folder', async () => {
    const db = await usePostgres();

    expect(await messageOf(migrateApplication(db, '/no/such'))).to.equal(
      'the folder /no/such of the migrations does not exist',
    );
  });

  it('are left to the owner by a role that may not create tables', async () => {
    const { url } = await useTestDatabase();
    const owner = use(openPostgres({ url }), (db) => db.close());
    const role = uniqueName('worker');
    await onServer(`CREATE ROLE ${role} LOGIN`);
    use(role, async () => void (await onServer(`DROP ROLE ${role}`)));
    use(owner, async (db) => void (await db.query(`DROP OWNED BY ${role}`)));
    await owner.query(`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${role}`);
    const limited = new URL(url);
    limited.username = role;
    const db = use(openPostgres({ url: limited.href }), (db) => db.close());
    const folder = await useFolder({ '001_create.sql': create });

    const error = await databaseErrorOf(migrateApplication(db, folder));
    await migrateApplication(owner, folder);

    expect(error.kind).to.equal('unready');
    expect(error.message).to.match(
      /^the migration 001_create\.sql is not applied, and this user may not: .* \(42501\); run `restmapper migrate` as the owner of the tables$/,
    );
    expect(await migrateApplication(db, folder)).to.deep.equal([]);
  });

  it('run before the workers of a process, and again when their files change', async () => {
    const db = await usePostgres();
    const folder = await useFolder({ '001_create.sql': create });
    const text = `endpoints: { GET /n: { rpc: true } }
migrations: ${folder}
workers: { n: { on: GET /n, use: sql, expect: many, statement: SELECT n FROM t } }`;
    const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/app' });
    const bus: Bus = use(openMemoryBus({ topology: topologyOf(model) }), (bus) => bus.close());
    const workers = use(await openWorkers({ model, bus, db }), (workers) => workers.close());

    await write(folder, { '002_more.sql': 'INSERT INTO t VALUES (2)' });
    const next = await workers.prepare({ ...model, migrations: { directory: folder, revision: '2' } });
    await next.discard();

    expect(await db.query('SELECT count(*)::int AS n FROM t')).to.deep.equal([{ n: 2 }]);
  });
});
