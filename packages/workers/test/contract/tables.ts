import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { appendInto, appendRows } from '../../src/handlers/append/append.ts';
import { ensureMessageTable, parseMessageTable } from '../../src/database/message-table.ts';
import type { MessageTable } from '../../src/database/message-table.ts';
import { findTableFault } from '../../src/database/table-fault.ts';
import { migrate } from '../../src/database/migrate.ts';
import { addTrigger, createMessageTable, createRows, databaseErrorOf, readTable } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

interface Change {
  readonly what: string;
  /** The statement, for a table of this name. */
  readonly sql: (identifier: string) => string;
  readonly fault: RegExp;
  /** Whether PostgreSQL still stores rows, so that it shows only when the worker starts. @default false */
  readonly storesRows?: boolean;
}

/** Changes of an operator that only an operator can undo. */
const changes: readonly Change[] = [
  {
    what: 'a required column',
    sql: (name) =>
      `ALTER TABLE ${name} ADD note text NOT NULL DEFAULT ''; ALTER TABLE ${name} ALTER note DROP DEFAULT`,
    fault: /its column note takes no NULL and has no default/,
  },
  {
    what: 'a renamed column',
    sql: (name) => `ALTER TABLE ${name} RENAME message TO payload`,
    fault: /it has no column message;/,
  },
  {
    what: 'a column of another type',
    sql: (name) => `ALTER TABLE ${name} ALTER message TYPE text`,
    fault: /its column message is text, not jsonb/,
    storesRows: true,
  },
  {
    what: 'a position that PostgreSQL makes',
    sql: (name) => `ALTER TABLE ${name} ALTER id ADD GENERATED ALWAYS AS IDENTITY`,
    fault: /its column id is generated always/,
  },
  {
    what: 'no unique message_id',
    sql: (name) => `DO $$ BEGIN EXECUTE (
      SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname)
      FROM pg_constraint WHERE conrelid = '${name}'::regclass AND contype = 'u'
    ); END $$`,
    fault: /it has no unique index on message_id alone/,
    storesRows: true,
  },
  {
    what: 'a view in its place',
    sql: (name) =>
      `ALTER TABLE ${name} RENAME TO ${oldName(name)}; CREATE VIEW ${name} AS SELECT * FROM ${oldName(name)}`,
    fault: /it is a view/,
    storesRows: true,
  },
  {
    what: 'a table with columns of its own in its place',
    sql: (name) =>
      `DROP TABLE ${name}; CREATE TABLE ${name} (id bigserial PRIMARY KEY, payload jsonb, created timestamptz)`,
    fault: /it is not one of restmapper's, as it has no column message_id, message;/,
  },
];

/** Faults that are repaired without an operator. */
const losses: readonly Change[] = [
  { what: 'no table', sql: (name) => `DROP TABLE ${name}`, fault: /^the table .* does not exist$/ },
  {
    what: 'another name',
    sql: (name) => `ALTER TABLE ${name} RENAME TO ${oldName(name)}`,
    fault: /^the table .* does not exist$/,
  },
  {
    what: 'no head',
    sql: (name) => `DELETE FROM restmapper_head WHERE format('%I', name) = '${name}'`,
    fault: /has no row in restmapper_head/,
  },
  {
    what: 'an older head',
    sql: (name) => `UPDATE restmapper_head SET position = 1 WHERE format('%I', name) = '${name}'`,
    fault: /in restmapper_head is older than the newest row/,
  },
];

function oldName(identifier: string): string {
  return `${identifier.slice(0, -4)}old"`;
}

async function createFilled(getDatabase: GetDatabase): Promise<MessageTable> {
  const table = await createMessageTable(getDatabase());
  await appendRows(getDatabase(), table, createRows(3));
  return table;
}

export function describeTables(getDatabase: GetDatabase): void {
  describe('a table that is changed while it is used', () => {
    for (const { what, sql, fault, storesRows = false } of changes) {
      it(`reports the fault, and blames no row, when it has ${what}`, async () => {
        const table = await createFilled(getDatabase);
        await getDatabase().query(sql(table.identifier));

        const errors = [await databaseErrorOf(ensureMessageTable(getDatabase(), table))];
        if (!storesRows) {
          errors.push(await databaseErrorOf(appendInto({ db: getDatabase(), table }, createRows(5))));
        }

        for (const error of errors) {
          expect(error.kind).to.equal('unready');
          expect(error.message).to.match(fault).and.to.include(`the table ${table.name} `);
        }
      });
    }

    for (const { what, sql, fault } of losses) {
      it(`is completed, and continues after its newest row, when it has ${what}`, async () => {
        const table = await createFilled(getDatabase);
        await getDatabase().query(sql(table.identifier));
        const rows = createRows(5);

        const error = await databaseErrorOf(appendInto({ db: getDatabase(), table }, rows));
        await ensureMessageTable(getDatabase(), table);
        const { stored } = await appendInto({ db: getDatabase(), table }, rows);

        expect(error.kind).to.equal('unready');
        expect(error.message).to.match(fault);
        expect(stored).to.deep.equal(rows);
        const ids = (await readTable(getDatabase(), table)).map(({ id }) => Number(id));
        expect(ids.slice(-5)).to.deep.equal([4, 5, 6, 7, 8]);
      });
    }

    it('reports it, and blames no row, when a trigger of the whole table refuses', async () => {
      const table = await createFilled(getDatabase);
      await addTrigger(getDatabase(), table, `RAISE 'closed for today';`, 'STATEMENT');

      const error = await databaseErrorOf(appendInto({ db: getDatabase(), table }, createRows(5)));

      expect(error).to.include({
        kind: 'unready',
        message: `the table ${table.name} cannot be used: closed for today`,
      });
    });

    it('is complete when nothing is wrong, also with columns and indexes of an operator', async () => {
      const table = await createFilled(getDatabase);
      await getDatabase().query(
        `ALTER TABLE ${table.identifier} ADD note text, ADD at timestamptz NOT NULL DEFAULT now()`,
      );
      await getDatabase().query(`CREATE INDEX ON ${table.identifier} ((message->>'a'))`);

      expect(await findTableFault(getDatabase(), table, 'append')).to.equal(undefined);
      expect(await findTableFault(getDatabase(), table, 'page')).to.equal(undefined);
    });

    it('may have faults that only affect append, when it is only read', async () => {
      const table = await createFilled(getDatabase);
      await getDatabase().query(`ALTER TABLE ${table.identifier} ADD note text NOT NULL DEFAULT ''`);
      await getDatabase().query(`ALTER TABLE ${table.identifier} ALTER note DROP DEFAULT`);

      expect(await findTableFault(getDatabase(), table, 'page')).to.equal(undefined);
    });

    it('of the same name from another application is refused, and left as it is', async () => {
      await migrate(getDatabase());
      const table = parseMessageTable(`foreign ${randomUUID()}`);
      await getDatabase().query(`CREATE TABLE ${table.identifier} (id bigserial PRIMARY KEY, payload jsonb)`);

      const error = await databaseErrorOf(ensureMessageTable(getDatabase(), table));

      expect(error).to.include({
        kind: 'unready',
        message: `the table ${table.name} cannot be used: it is not one of restmapper's, as it has no column message_id, message; rename it, or name another table in the file`,
      });
      const heads = await getDatabase().query('SELECT FROM restmapper_head WHERE name = $1', [table.name]);
      expect(heads).to.deep.equal([]);
    });
  });
}
