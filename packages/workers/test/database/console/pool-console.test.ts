import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { databaseUrl } from '../../../../../test/support/database.ts';
import { openPgBouncer } from '../../../../../test/support/pgbouncer.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import { openPostgresConsole } from '../../../src/database/console/open-postgres-console.ts';
import type { SqlConsoleOptions } from '../../../src/database/console/sql-console.ts';
import { DatabaseError } from '../../../src/database/database-error.ts';

function openConsole(options: SqlConsoleOptions = {}) {
  return use(openPostgresConsole({ ...options, url: databaseUrl() }), (console) => console.close());
}

type Console = ReturnType<typeof openConsole>;

async function codeOf(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.catch((thrown: unknown) => thrown);
  expect(error).to.be.instanceOf(DatabaseError);
  return (error as DatabaseError).code;
}

async function valueOf(console: Console, sql: string): Promise<string | null | undefined> {
  let value: string | null | undefined;
  await console.run(sql, { listener: ({ rows }) => ((value = rows[0]?.[0]), true) });
  return value;
}

const endless = 'DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$';

describe('the console on PostgreSQL', function () {
  this.timeout(60_000);

  it('reads rows page by page, as text, and waits for each to be taken', async () => {
    const console = openConsole();
    const pages: number[] = [];
    let isBusy = false;

    const result = await console.run('SELECT n, NULL AS x FROM generate_series(1, $1::int) n', {
      params: ['2500'],
      listener: async ({ rows }) => {
        expect(isBusy).to.equal(false);
        isBusy = true;
        await new Promise(setImmediate);
        isBusy = false;
        pages.push(rows.length);
        expect(rows[0]).to.have.length(2).and.to.include(null);
        return true;
      },
    });

    expect(pages).to.deep.equal([1000, 1000, 500]);
    expect(result).to.deep.equal({
      fields: [
        { name: 'n', typeId: 23 },
        { name: 'x', typeId: 25 },
      ],
      tag: 'SELECT 500',
      rowCount: 2500,
    });
  });

  it('stops when the listener wants no more or throws, and goes on with the next statement', async () => {
    const console = openConsole();
    const many = 'SELECT generate_series(1, 100000)';

    const { rowCount } = await console.run(many, { listener: () => false });
    const thrown: unknown = await console
      .run(many, { listener: () => Promise.reject(new TypeError('mine')) })
      .catch((error: unknown) => error);

    expect(rowCount).to.equal(1000);
    expect(thrown).to.be.instanceOf(TypeError);
    expect(await valueOf(console, 'SELECT 5')).to.equal('5');
  });

  it('changes nothing unless it may write, whatever is tried before', async () => {
    const console = openConsole();
    const create = `CREATE TABLE "${randomUUID()}" (a int)`;

    for (const before of [
      'SELECT 1',
      'COMMIT',
      'COMMIT AND CHAIN',
      'SET default_transaction_read_only = off',
    ]) {
      await console.run(before);
      expect(await codeOf(console.run(create))).to.equal('25006');
    }
    expect(await codeOf(console.run('SET TRANSACTION READ WRITE'))).to.equal('25001');
    expect(await codeOf(console.run(`COMMIT; ${create}`))).to.equal('42601');
    expect(await codeOf(console.run(`SELECT 1\0; ${create}`))).to.equal('42601');
  });

  it('keeps a transaction open over statements if it may write, and rolls it back when it closes', async () => {
    const table = `"${randomUUID()}"`;
    const console = openPostgresConsole({ mayWrite: true, url: databaseUrl() });

    await console.run('BEGIN');
    await console.run(`CREATE TABLE ${table} (a int)`);
    expect(console.isInTransaction).to.equal(true);
    await console.close();

    expect(await valueOf(openConsole(), `SELECT to_regclass('${table}')`)).to.equal(null);
  });

  it('cancels a statement, which ends at the server too', async () => {
    const console = openConsole();
    const name = `sql-${randomUUID()}`;
    const running = codeOf(console.run(endless.replace('1', `'${name}'`)));
    const count = `SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%${name}%' AND pid <> pg_backend_pid()`;
    const other = openConsole();
    await until(async () => (await valueOf(other, count)) === '1');

    console.cancel();

    expect(await running).to.equal('57014');
    expect(await valueOf(other, count)).to.equal('0');
    expect(await valueOf(console, 'SELECT 6')).to.equal('6');
  });

  it('ends a statement that takes too long', async () => {
    const console = openConsole({ statementTimeoutMs: 200 });

    expect(await codeOf(console.run(endless))).to.equal('57014');
    expect(await valueOf(console, 'SELECT 7')).to.equal('7');
  });

  it('connects again after its connection is lost', async () => {
    const console = openConsole();
    const pid = await valueOf(console, 'SELECT pg_backend_pid()');
    const running = codeOf(console.run('SELECT pg_sleep(20)'));

    await valueOf(openConsole(), `SELECT pg_terminate_backend(${pid})`);

    expect(await running).to.equal('57P01');
    expect(await valueOf(console, 'SELECT 8')).to.equal('8');
  });

  it('reports notices of the statement, and none of its own', async () => {
    const notices: string[] = [];
    const console = openConsole({ onNotice: (notice) => notices.push(notice) });

    await console.run("DO $$ BEGIN RAISE WARNING 'mind this'; END $$");
    await console.run('COMMIT');
    await console.run('SELECT 1');

    expect(notices).to.deep.equal(['WARNING: mind this']);
  });

  it('reads only, cancels, and leaves no setting behind, through a pooler too', async () => {
    const address = new URL(databaseUrl());
    const bouncer = use(await openPgBouncer(address), (bouncer) => bouncer.close());
    const url = bouncer.urlOf(address.pathname.slice(1));
    const console = use(openPostgresConsole({ url }), (console) => console.close());
    const timeout = await valueOf(console, 'SHOW statement_timeout');

    await console.run('SET search_path TO pg_catalog');
    const created = await codeOf(console.run(`CREATE TABLE "${randomUUID()}" (a int)`));
    const running = codeOf(console.run('SELECT pg_sleep(30)'));
    setTimeout(() => console.cancel(), 300);

    expect(timeout).to.equal('30s');
    expect(created).to.equal('25006');
    expect(await running).to.equal('57014');
    expect(await valueOf(console, 'SHOW search_path')).to.contain('public');
  });
});
