import { mkdir, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { databaseErrorOf } from '../contract/fixtures.ts';
import { usePostgres, useTestDatabase } from '../support/databases.ts';

/** A folder of migrations for the running test. */
async function useMigrations(files: Readonly<Record<string, string>>): Promise<URL> {
  const folder = use(await makeTemporaryFolder('migrations'), (path) => rm(path, { recursive: true }));
  await mkdir(folder, { recursive: true });
  for (const [name, sql] of Object.entries(files)) await writeFile(`${folder}/${name}`, sql);
  return pathToFileURL(`${folder}/`);
}

describe('migrate', () => {
  it('applies the numbered files in order, and later only new ones', async () => {
    const db = await usePostgres();
    const directory = await useMigrations({
      '002_fill.sql': 'INSERT INTO t VALUES (2)',
      '001_create.sql': 'CREATE TABLE t (n int); INSERT INTO t VALUES (1)',
      'notes.txt': 'not SQL',
    });

    const first = await migrate(db, { directory });
    await writeFile(new URL('003_more.sql', directory), 'INSERT INTO t VALUES (3)');
    const second = await migrate(db, { directory });

    expect(first).to.deep.equal(['001_create.sql', '002_fill.sql']);
    expect(second).to.deep.equal(['003_more.sql']);
    expect(await db.query('SELECT n FROM t ORDER BY n')).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('rolls back a file that fails, and continues from there', async () => {
    const db = await usePostgres();
    const directory = await useMigrations({
      '001_create.sql': 'CREATE TABLE t (n int)',
      '002_wrong.sql': 'INSERT INTO t VALUES (2); INSERT INTO nothing VALUES (2)',
    });

    const error = await databaseErrorOf(migrate(db, { directory }));

    expect(error).to.include({ kind: 'defect', code: '42P01' });
    expect(await db.query('SELECT n FROM t')).to.deep.equal([]);
    await writeFile(new URL('002_wrong.sql', directory), 'INSERT INTO t VALUES (2)');
    expect(await migrate(db, { directory })).to.deep.equal(['002_wrong.sql']);
  });

  it('refuses to continue when an applied file was edited', async () => {
    const db = await usePostgres();
    const directory = await useMigrations({ '001_create.sql': 'CREATE TABLE t (n int)' });
    await migrate(db, { directory });
    await writeFile(new URL('001_create.sql', directory), 'CREATE TABLE t (n bigint)');

    const error = await migrate(db, { directory }).catch((thrown: unknown) => thrown);

    expect(error).to.be.instanceOf(ConfigError).with.property('message').that.includes('001_create.sql');
  });

  it('applies each file once when several processes start together', async () => {
    const { url } = await useTestDatabase();
    const directory = await useMigrations({
      '001_create.sql': 'CREATE TABLE t (n int)',
      '002_fill.sql': 'INSERT INTO t VALUES (1)',
    });
    const dbs = Array.from({ length: 6 }, () => use(openPostgres({ url }), (db) => db.close()));

    const applied = await Promise.all(dbs.map((db) => migrate(db, { directory })));

    expect(applied.flat().sort()).to.deep.equal(['001_create.sql', '002_fill.sql']);
    expect(await dbs[0]?.query('SELECT n FROM t')).to.deep.equal([{ n: 1 }]);
  });
});
