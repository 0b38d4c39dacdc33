import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { printFigures } from '../../../../../test/support/figures.ts';
import { faultTimeoutMs, sized } from '../../../../../test/support/rounds.ts';
import { makeTemporaryFolder } from '../../../../../test/support/temporary-folder.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import { openEmbedded } from '../../../src/database/embedded/embedded.ts';
import { databaseErrorOf } from '../../contract/fixtures.ts';

const writerFile = fileURLToPath(new URL('../../support/embedded-writer.ts', import.meta.url));

async function useFolder(): Promise<string> {
  return use(await makeTemporaryFolder('embedded'), (path) => rm(path, { recursive: true, force: true }));
}

/** A folder with a cluster, copied because creating one takes seconds. */
async function useCluster(template: string): Promise<string> {
  const folder = await useFolder();
  await cp(template, folder, { recursive: true });
  return folder;
}

interface Writer {
  readonly process: ChildProcess;
  /** The numbers that it reports as stored. */
  readonly stored: string[];
  kill(): Promise<void>;
}

/** A process that stores number after number in the embedded database of a folder. */
function startWriter(folder: string): Writer {
  const child = spawn(
    process.execPath,
    ['--conditions=@restmapper/source', '--import', 'tsx', writerFile, folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const stored: string[] = [];
  createInterface(child.stdout).on('line', (line) => stored.push(line));
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return use({ process: child, stored, kill }, kill);
}

describe('openEmbedded (F28)', function () {
  this.timeout(faultTimeoutMs);

  let cluster: string;

  before('create a cluster', async () => {
    cluster = await makeTemporaryFolder('cluster');
    const db = await openEmbedded({ directory: cluster });
    await db.close();
  });

  after('remove the cluster', async () => {
    await rm(cluster, { recursive: true });
  });

  it('keeps everything in memory without a folder', async () => {
    const first = use(await openEmbedded({}), (db) => db.close());
    await first.query('CREATE TABLE t (a int)');
    const second = use(await openEmbedded({}), (db) => db.close());

    const tables = await second.query(`SELECT to_regclass('t') AS t`);

    expect(await first.query('SELECT count(*)::int AS count FROM t')).to.deep.equal([{ count: 0 }]);
    expect(tables).to.deep.equal([{ t: null }]);
  });

  it('loses no acknowledged row, however often its process is killed', async () => {
    const folder = await useCluster(cluster);
    const kills = sized({ short: 5, full: 100 });
    const stored: string[] = [];

    for (let round = 0; round < kills; round += 1) {
      const writer = startWriter(folder);
      await until(() => writer.stored.length > round * 7, { timeoutMs: 60_000, everyMs: 1 });
      await writer.kill();
      stored.push(...writer.stored);
    }

    const db = use(await openEmbedded({ directory: folder }), (db) => db.close());
    const rows = await db.query<{ n: string }>('SELECT n FROM t');
    const kept = new Set(rows.map(({ n }) => n));
    const lost = stored.filter((n) => !kept.has(n)).length;
    printFigures('F28', { kills, acknowledged: stored.length, rows: rows.length, lost });
    expect(lost).to.equal(0);
    expect(new Set(stored)).to.have.property('size', stored.length);
  });

  it('starts over when its process was killed while it created the cluster', async () => {
    const folder = await useFolder();
    const writer = startWriter(folder);
    await until(() => existsSync(`${folder}/postgres.new/base`), { timeoutMs: 60_000, everyMs: 1 });
    await writer.kill();

    const db = use(await openEmbedded({ directory: folder }), (db) => db.close());

    expect(await db.query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
  });

  it('refuses a folder that another process uses, and takes it over when that is killed', async () => {
    const folder = await useCluster(cluster);
    const writer = startWriter(folder);
    await until(() => writer.stored.length > 0, { timeoutMs: 60_000 });

    const error = await openEmbedded({ directory: folder }).catch((thrown: unknown) => thrown);
    await writer.kill();
    const db = use(await openEmbedded({ directory: folder }), (db) => db.close());

    expect(error)
      .to.be.instanceOf(ConfigError)
      .with.property('message')
      .that.includes(`process ${writer.process.pid};`);
    expect(await db.query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
  });

  it('has small buffers, also in an existing cluster', async () => {
    const folder = await useCluster(cluster);
    const database = use(await openEmbedded({ directory: folder }), (database) => database.close());

    const [row] = await database.query<{ shared_buffers: string }>('SHOW shared_buffers');

    expect(row?.shared_buffers).to.equal('16MB');
  });

  it('keeps its rows when it is closed and opened again', async () => {
    const folder = await useCluster(cluster);
    const first = await openEmbedded({ directory: folder });
    await first.query('CREATE TABLE t AS SELECT 7 AS n');
    await first.close();

    const second = use(await openEmbedded({ directory: folder }), (db) => db.close());

    expect(await second.query('SELECT n FROM t')).to.deep.equal([{ n: 7 }]);
  });

  it('restarts the database when a statement hangs, and works again', async () => {
    const folder = await useCluster(cluster);
    const db = use(await openEmbedded({ directory: folder, statementTimeoutMs: 3000 }), (db) => db.close());
    await db.query('CREATE TABLE t AS SELECT 7 AS n');

    const error = await databaseErrorOf(db.query(`DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$`));

    expect(error.kind).to.equal('away');
    expect(await db.query('SELECT n FROM t')).to.deep.equal([{ n: 7 }]);
  });
});
