import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '@restmapper/workers';
import { expect } from 'chai';
import { databaseUrl } from '../support/database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { openCommand, openFolder, runCommand, startCommand } from './command.ts';

const onServer = { DATABASE_URL: databaseUrl() };

async function sql(args: readonly string[], env: Readonly<Record<string, string>> = onServer) {
  return runCommand({ args: ['sql', ...args], cwd: await openFolder(), env });
}

describe('restmapper sql', function () {
  this.timeout(120_000);

  it('prints rows as a table, as JSON and as CSV', async () => {
    const statement = `SELECT 9007199254740993 AS id, 1.10 AS price, true AS ok, NULL AS none, 'a,"b"' AS text`;

    const table = await sql([statement]);
    const json = await sql(['--json', statement]);
    const csv = await sql(['--csv', statement]);

    expect(table.stdout).to.equal(
      [
        ' id               | price | ok | none | text',
        '------------------+-------+----+------+-------',
        ' 9007199254740993 |  1.10 | t  | NULL | a,"b"',
        '(1 row)',
        '',
      ].join('\n'),
    );
    expect(json.stdout).to.equal(
      '[{"id":9007199254740993,"price":1.10,"ok":true,"none":null,"text":"a,\\"b\\""}]\n',
    );
    expect(csv.stdout).to.equal('id,price,ok,none,text\r\n9007199254740993,1.10,t,,"a,""b"""\r\n');
    expect([table, json, csv].map(({ code, stderr }) => [code, stderr])).to.deep.equal([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
  });

  it('runs a file, and standard input, till a statement fails', async () => {
    const cwd = await openFolder();
    await writeFile(join(cwd, 'report.sql'), '-- two\nSELECT 1 AS a;\n\nSELECT nope;\nSELECT 3 AS c;\n');
    const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
    const piped = ['/bin/sh', '-c', 'printf "SELECT 1; SELECT 2 AS b" | "$0" "$@"', process.execPath, main];

    const file = await runCommand({ args: ['sql', '--file', 'report.sql'], cwd, env: onServer });
    const input = await runCommand({ args: ['sql', '--json'], cwd, env: onServer, program: piped });

    expect(file.code).to.equal(1);
    expect(file.stdout).to.contain(' a\n').and.not.to.contain(' c\n');
    expect(file.stderr).to.equal(
      'ERROR 42703: column "nope" does not exist\nLINE 4: SELECT nope\n               ^\n',
    );
    const both = await runCommand({ args: ['sql', '--file', 'report.sql', 'SELECT 1'], cwd, env: onServer });
    expect(both.code).to.equal(2);
    expect([input.code, input.stdout]).to.deep.equal([0, '[{"b":2}]\n']);
  });

  it('only reads without --write, and says so', async () => {
    const table = `"${randomUUID()}"`;

    const refused = await sql([`CREATE TABLE ${table} (a int)`]);
    const unfinished = await sql(['--write', `BEGIN; CREATE TABLE ${table} (a int)`]);
    const written = await sql(['--write', `CREATE TABLE ${table} (a int); DROP TABLE ${table}`]);

    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain('ERROR 25006').and.to.contain('--write');
    expect([unfinished.code, unfinished.stderr]).to.deep.equal([
      1,
      'the transaction is rolled back, as it has no COMMIT\n',
    ]);
    expect([written.code, written.stdout]).to.deep.equal([0, 'CREATE TABLE\nDROP TABLE\n']);
  });

  it('ends at a signal, and explains a server that is not there', async () => {
    const cwd = await openFolder();
    const name = `sql-${randomUUID()}`;
    const running = await startCommand({
      args: ['sql', `SELECT '${name}', pg_sleep(60)`],
      cwd,
      env: onServer,
    });
    const find = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT ''${name}%'`;
    await until(async () => (await sql(['--json', find])).stdout !== '[]\n', { timeoutMs: 30_000 });

    running.child.kill('SIGINT');
    const dead = await sql(['SELECT 1'], { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/db' });

    expect(await running.exited).to.equal(1);
    expect(running.stderr()).to.contain('57014');
    expect(dead.code).to.equal(1);
    expect(dead.stderr)
      .to.contain('ECONNREFUSED')
      .and.to.contain('DATABASE_URL')
      .and.not.to.contain('secret');
  });
});

describe('restmapper sql on the embedded database', function () {
  this.timeout(300_000);
  let folder = '';

  before(async () => {
    folder = await makeTemporaryFolder('sql');
    const db = await openEmbedded({ directory: folder });
    await db.query('CREATE TABLE item (id int PRIMARY KEY, name text)');
    await db.query(`INSERT INTO item VALUES (1, 'apple')`);
    await db.close();
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('reads it, and with --write changes it', async () => {
    const env = { DATA_DIR: folder };

    const refused = await sql(['DELETE FROM item'], env);
    const written = await sql(['--write', `INSERT INTO item VALUES (2, 'pear')`], env);
    const read = await sql(['--json', 'SELECT * FROM item ORDER BY id'], env);

    expect(refused.stderr).to.contain('ERROR 25006').and.to.contain('--write');
    expect(written.stdout).to.equal('INSERT 0 1\n');
    expect(JSON.parse(read.stdout)).to.deep.equal([
      { id: 1, name: 'apple' },
      { id: 2, name: 'pear' },
    ]);
  });

  it('survives a statement that never ends', async () => {
    const env = { DATA_DIR: folder };
    const endless = 'DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$';

    const ended = await sql(['--timeout', '2', endless], env);
    const read = await sql(['--csv', 'SELECT name FROM item WHERE id = 1'], env);

    expect([ended.code, ended.stderr]).to.deep.equal([
      1,
      'ERROR 57014: the statement took longer than 2 s\n',
    ]);
    expect(read.stdout).to.equal('name\r\napple\r\n');
  });

  it('names the process that has it open, and what to do', async () => {
    const cwd = await openFolder();
    await cp(folder, join(cwd, '.restmapper'), { recursive: true });
    await writeFile(
      join(cwd, 'endpoints.yaml'),
      'endpoints: { POST /orders: { fanout: true, body: true } }\nworkers: { orders: { on: POST /orders, use: append, table: orders } }\n',
    );
    const system = await openCommand({ args: ['start'], cwd });

    const { code, stderr } = await runCommand({ args: ['sql', 'SELECT 1'], cwd });

    expect(code).to.equal(1);
    expect(stderr).to.contain(`in use by process ${system.child.pid}; stop it`);
    expect((await fetch(`${system.adminUrl}/readyz`)).status).to.equal(200);
  });

  it('creates nothing where there is no database', async () => {
    const cwd = await openFolder();

    const { code, stderr } = await runCommand({ args: ['sql', 'SELECT 1'], cwd });
    await mkdir(join(cwd, '.restmapper', 'postgres'), { recursive: true });
    const again = await runCommand({ args: ['sql', 'SELECT 1'], cwd });

    expect(code).to.equal(1);
    expect(stderr).to.contain('.restmapper has no database').and.to.contain('restmapper start');
    expect(again.stderr).to.equal(stderr);
    expect(await readdir(join(cwd, '.restmapper', 'postgres'))).to.deep.equal([]);
  });
});
