import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Extras } from '../../src/database/extras.ts';
import { ensureMessageTable } from '../../src/database/message-table.ts';
import type { MessageTable } from '../../src/database/message-table.ts';
import { findTableFault } from '../../src/database/table-fault.ts';
import { appendInto, appendRows } from '../../src/handlers/append/append.ts';
import type { Row } from '../../src/handlers/append/row.ts';
import { createMessageTable, createRow, databaseErrorOf } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

const columns = [
  { name: 'order', type: 'bigint' },
  { name: 'author', type: 'text' },
] as const;

function createOrderRow(order: string | null, author: string | null, json = '{}'): Row {
  return { ...createRow(json), columns: [order, author] };
}

export function describeColumns(getDatabase: GetDatabase): void {
  describe('columns beside the message', () => {
    const read = async ({ identifier }: MessageTable) =>
      await getDatabase().query(`SELECT id::integer, "order"::text, author FROM ${identifier} ORDER BY id`);
    const withExtras = (table: MessageTable, extras: Extras): MessageTable => ({ ...table, ...extras });

    it('are stored with it, each under its type', async () => {
      const table = await createMessageTable(getDatabase(), {
        columns: [
          { name: 'c_text', type: 'text' },
          { name: 'c_bigint', type: 'bigint' },
          { name: 'c_integer', type: 'integer' },
          { name: 'c_numeric', type: 'numeric' },
          { name: 'c_double', type: 'double precision' },
          { name: 'c_boolean', type: 'boolean' },
          { name: 'c_time', type: 'timestamptz' },
          { name: 'c_date', type: 'date' },
          { name: 'c_uuid', type: 'uuid' },
          { name: 'c_json', type: 'jsonb' },
        ],
      });
      const uuid = randomUUID();
      const digits = '12345678901234567890.10000000000000000000000000000000000000000';
      const texts = [
        '{"a\\b", NULL}\u001e',
        '-9223372036854775808',
        '2147483647',
        digits,
        '1e-300',
        'true',
        '2026-05-01T12:00:00.123456+02:00',
        '0001-01-01',
        uuid,
        '{"a": [1.10, "{\\"}"]}',
      ];

      await appendRows(getDatabase(), table, [{ ...createRow('1'), columns: texts }]);

      const [row] = await getDatabase().query(
        `SELECT c_text, c_bigint::text, c_integer, c_numeric::text, c_double, c_boolean,
           (c_time AT TIME ZONE 'UTC')::text AS c_time, c_date::text, c_uuid, c_json::text FROM ${table.identifier}`,
      );
      expect(row).to.deep.equal({
        c_text: texts[0],
        c_bigint: '-9223372036854775808',
        c_integer: 2147483647,
        c_numeric: digits,
        c_double: 1e-300,
        c_boolean: true,
        c_time: '2026-05-01 10:00:00.123456',
        c_date: '0001-01-01',
        c_uuid: uuid,
        c_json: '{"a": [1.10, "{\\"}"]}',
      });
    });

    it('are NULL where a message has no value, and skip the messages that the table has', async () => {
      const table = await createMessageTable(getDatabase(), { columns });
      const [one, two, three] = [
        createOrderRow('1', 'NULL'),
        createOrderRow(null, null),
        createOrderRow('3', ''),
      ] as const;
      await appendRows(getDatabase(), table, [one]);

      const { stored, duplicates } = await appendRows(getDatabase(), table, [two, one, three, three]);

      expect(stored).to.deep.equal([two, three]);
      expect(duplicates).to.deep.equal([one, three]);
      expect(await read(table)).to.deep.equal([
        { id: 1, order: '1', author: 'NULL' },
        { id: 2, order: null, author: null },
        { id: 3, order: '3', author: '' },
      ]);
    });

    it('have any text as it is, also one that means something in an array', async () => {
      const table = await createMessageTable(getDatabase(), { columns });
      const texts = [
        '',
        ' ',
        ' a',
        'a.b-c:+1',
        'null',
        'Null',
        'nullable',
        '-',
        ',',
        '{}',
        '"',
        '\\',
        "'",
        '\n',
        'é',
        '[1:2]={3,4}',
      ];

      await appendRows(
        getDatabase(),
        table,
        texts.map((text, n) => createOrderRow(String(n), text)),
      );

      expect((await read(table)).map((row) => Object(row).author)).to.deep.equal(texts);
    });

    it('are refused alone when PostgreSQL refuses one of a batch of 500', async () => {
      const table = await createMessageTable(getDatabase(), { columns });
      await getDatabase().query(`ALTER TABLE ${table.identifier} ALTER author SET NOT NULL`);
      const rows = Array.from({ length: 500 }, (_, n) => createOrderRow(String(n), n === 250 ? null : 'a'));

      const { stored, refused } = await appendInto({ db: getDatabase(), table }, rows);

      expect(stored).to.have.length(499);
      expect(refused.map(({ row }) => row)).to.deep.equal([rows[250]]);
      expect(refused[0]?.reason).to.match(/^23502: .*"author"/);
    }).timeout(30_000);

    it('are added to a table that lacks them, and stay NULL in its rows', async () => {
      const plain = await createMessageTable(getDatabase());
      await appendRows(getDatabase(), plain, [createRow('1')]);
      const table = withExtras(plain, { columns, indexes: [['order', 'id']] });

      const fault = await findTableFault(getDatabase(), table, 'append');
      await Promise.all([1, 2, 3].map(() => ensureMessageTable(getDatabase(), table)));
      await appendRows(getDatabase(), table, [createOrderRow('2', 'b')]);

      expect(fault).to.deep.equal({
        kind: 'incomplete',
        text: `the table ${table.name} has no column order; its owner adds it by: ALTER TABLE ${table.identifier} ADD COLUMN "order" bigint`,
      });
      expect(await read(table)).to.deep.equal([
        { id: 1, order: null, author: null },
        { id: 2, order: '2', author: 'b' },
      ]);
    });

    it('have one index, also one that an operator created with further columns', async () => {
      const table = await createMessageTable(getDatabase(), { columns });
      const indexed = withExtras(table, {
        indexes: [
          ['order', 'id'],
          ['author', 'id'],
        ],
      });
      const fault = await findTableFault(getDatabase(), indexed, 'page');
      await getDatabase().query(`CREATE INDEX ON ${table.identifier} ("order", id, author)`);

      await ensureMessageTable(getDatabase(), indexed, 'page');
      await ensureMessageTable(getDatabase(), indexed, 'page');

      expect(fault?.text).to.equal(
        `the table ${table.name} has no index on (order, id); its owner creates it by: CREATE INDEX CONCURRENTLY ON ${table.identifier} ("order", "id")`,
      );
      const indexes = await getDatabase().query('SELECT FROM pg_index WHERE indrelid = $1::regclass', [
        table.identifier,
      ]);
      expect(indexes).to.have.length(4);
    });

    for (const [what, sql] of [
      ['bigint', 'ADD total bigint'],
      ['numeric(10,2)', 'ADD total numeric(10,2)'],
      ['character varying', 'ADD total varchar'],
    ] as const) {
      it(`are a fault when the table has one of the type ${what}`, async () => {
        const plain = await createMessageTable(getDatabase());
        await getDatabase().query(`ALTER TABLE ${plain.identifier} ${sql}`);
        const table = withExtras(plain, { columns: [{ name: 'total', type: 'numeric' }] });

        const error = await databaseErrorOf(ensureMessageTable(getDatabase(), table));

        expect(error).to.include({
          kind: 'unready',
          message: `the table ${table.name} cannot be used: its column total is ${what}, not numeric`,
        });
      });
    }

    it('are a fault when PostgreSQL generates one', async () => {
      const plain = await createMessageTable(getDatabase());
      await getDatabase().query(
        `ALTER TABLE ${plain.identifier} ADD author text GENERATED ALWAYS AS (message->>'author') STORED`,
      );
      const table = withExtras(plain, { columns: [{ name: 'author', type: 'text' }] });

      const error = await databaseErrorOf(ensureMessageTable(getDatabase(), table));

      expect(error.message).to.include('its column author is generated always');
      expect(await findTableFault(getDatabase(), table, 'page')).to.equal(undefined);
    });
  });
}
