import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { appendRows } from '../../src/handlers/append/append.ts';
import { ensureMessageTable, parseMessageTable } from '../../src/database/message-table.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { lockSchema } from '../../src/database/schema-lock.ts';
import { createRows, databaseErrorOf, readTable } from '../contract/fixtures.ts';
import { onServer, usePostgres, useTestDatabase } from '../support/databases.ts';

describe('parseMessageTable', () => {
  it('quotes the name for statements', () => {
    expect(parseMessageTable('a"b; --')).to.deep.equal({ name: 'a"b; --', identifier: '"a""b; --"' });
  });

  for (const name of ['', 'x'.repeat(64), 'ä'.repeat(32), 'a\0b', 'restmapper_head']) {
    it(`refuses ${JSON.stringify(name)}`, () => {
      expect(() => parseMessageTable(name)).to.throw(ConfigError);
    });
  }
});

describe('ensureMessageTable', () => {
  const table = parseMessageTable('order_note');

  it('creates the table once, however many callers run at the same time', async () => {
    const db = await usePostgres();
    await migrate(db);

    await Promise.all(Array.from({ length: 8 }, () => ensureMessageTable(db, table)));

    expect(await readTable(db, table)).to.deep.equal([]);
    expect(await db.query('SELECT name, position FROM restmapper_head')).to.deep.equal([
      { name: 'order_note', position: '0' },
    ]);
  });

  it('continues after the rows of an existing table', async () => {
    const db = await usePostgres();
    await migrate(db);
    await ensureMessageTable(db, table);
    await appendRows(db, table, createRows(3));
    await db.query('DELETE FROM restmapper_head');

    await ensureMessageTable(db, table);
    await appendRows(db, table, createRows(1));

    expect((await readTable(db, table)).map(({ id }) => id)).to.deep.equal(['1', '2', '3', '4']);
  });

  it('refuses a table of another program without waiting for schema changes', async () => {
    const { url } = await useTestDatabase();
    const owner = use(openPostgres({ url }), (db) => db.close());
    const db = use(openPostgres({ url, statementTimeoutMs: 500 }), (db) => db.close());
    await migrate(owner);
    await owner.query(`CREATE TABLE ${table.identifier} (id bigint)`);

    const error = await owner.transaction(async (tx) => {
      await lockSchema(tx);
      return await databaseErrorOf(ensureMessageTable(db, table));
    });

    expect(error.kind).to.equal('unready');
  });

  it('lets a role without the permission to create work on existing objects', async () => {
    const database = await useTestDatabase();
    const owner = use(openPostgres({ url: database.url }), (db) => db.close());
    await migrate(owner);
    await ensureMessageTable(owner, table);
    const role = `role_of_${database.name}`;
    await onServer(`CREATE ROLE ${role} LOGIN`);
    use(role, () => onServer(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
    use(role, () => owner.query(`DROP OWNED BY ${role}`));
    await owner.query(`REVOKE CREATE ON SCHEMA public FROM public`);
    await owner.query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role}`);
    const url = new URL(database.url);
    url.username = role;
    const db = use(openPostgres({ url: url.href }), (db) => db.close());

    await migrate(db);
    await ensureMessageTable(db, table);
    await appendRows(db, table, createRows(2));

    expect(await readTable(db, table)).to.have.length(2);
    const error = await databaseErrorOf(ensureMessageTable(db, parseMessageTable('another')));
    expect(error).to.include({ kind: 'unready', code: '42501' });
    expect(error.message).to.match(/^the table another does not exist: permission denied/);
    const extended = parseMessageTable(table.name, { columns: [{ name: 'author', type: 'text' }] });
    const lacking = await databaseErrorOf(ensureMessageTable(db, extended));
    expect(lacking.message).to.equal(
      `the table order_note has no column author; its owner adds it by: ALTER TABLE "order_note" ADD COLUMN "author" text: permission denied for schema public`,
    );
    await ensureMessageTable(owner, extended);
    await ensureMessageTable(db, extended);
    const rows = createRows(1).map((row) => ({ ...row, columns: ['anna'] }));
    expect((await appendRows(db, extended, rows)).stored).to.have.length(1);
  });
});
