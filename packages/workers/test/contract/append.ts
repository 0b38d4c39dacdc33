import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { appendInto, appendRows } from '../../src/handlers/append/append.ts';
import {
  addTrigger,
  createMessageTable,
  createRow,
  createRows,
  databaseErrorOf,
  readTable,
} from './fixtures.ts';
import type { GetDatabase } from './index.ts';

export function describeAppend(getDatabase: GetDatabase): void {
  describe('appending', () => {
    it('stores rows in their order, at positions from 1', async () => {
      const table = await createMessageTable(getDatabase());
      const rows = [createRow('"c"'), createRow('"a"'), createRow('"b"')];

      const { stored } = await appendRows(getDatabase(), table, rows);

      expect(stored).to.deep.equal(rows);
      expect(await readTable(getDatabase(), table)).to.deep.equal(
        rows.map(({ messageId, json }, index) => ({
          id: String(index + 1),
          message_id: messageId,
          message: String(json),
        })),
      );
    });

    it('skips rows that the table or the batch already has, without holes', async () => {
      const table = await createMessageTable(getDatabase());
      const [one, two, three] = [createRow('1'), createRow('2'), createRow('3')];
      await appendRows(getDatabase(), table, [one]);

      const { stored, duplicates } = await appendRows(getDatabase(), table, [two, one, two, three]);

      expect(stored).to.deep.equal([two, three]);
      expect(duplicates).to.deep.equal([one, two]);
      const rows = await readTable(getDatabase(), table);
      expect(rows.map(({ id, message }) => [id, message])).to.deep.equal([
        ['1', '1'],
        ['2', '2'],
        ['3', '3'],
      ]);
    });

    it('assigns dense positions in commit order to four writers that repeat each other', async () => {
      const table = await createMessageTable(getDatabase());
      const shared = createRows(100);
      const write = async () => {
        for (let batch = 0; batch < 10; batch += 1) {
          await appendRows(getDatabase(), table, [
            ...createRows(5),
            ...shared.slice(batch * 10, batch * 10 + 10),
          ]);
        }
      };

      await Promise.all([write(), write(), write(), write()]);

      const ids = (await readTable(getDatabase(), table)).map(({ id }) => Number(id));
      expect(ids).to.deep.equal(Array.from({ length: 300 }, (_, index) => index + 1));
    });

    it('keeps the value of every number', async () => {
      const table = await createMessageTable(getDatabase());
      const numbers = '[12345678901234567890, 1.0, 1.10, -0.000000000000000000001]';

      await appendRows(getDatabase(), table, [createRow(numbers), createRow('1e400')]);

      const [first, second] = await readTable(getDatabase(), table);
      expect(first?.message).to.equal(numbers);
      expect(second?.message).to.equal(`1${'0'.repeat(400)}`);
    });

    it('stores nothing of a batch with a refused row', async () => {
      const table = await createMessageTable(getDatabase());

      const error = await databaseErrorOf(
        appendRows(getDatabase(), table, [createRow('1'), createRow('"\\u0000"')]),
      );

      expect(error).to.include({ kind: 'data', code: '22P05' });
      expect(await readTable(getDatabase(), table)).to.deep.equal([]);
    });

    it('finds each refused row, and stores the others in order', async () => {
      const table = await createMessageTable(getDatabase());
      const good = createRows(6);
      const poison = ['"\\u0000"', '"\\ud800"', '"\\udc00x"', '1e400000', '{"a":', '', 'NaN', '"\u001e"'].map(
        (json) => createRow(json),
      );
      const mixed = [...good, ...poison].sort((a, b) => a.messageId.localeCompare(b.messageId));

      const { stored, refused } = await appendInto({ db: getDatabase(), table }, mixed);

      expect(stored).to.deep.equal(mixed.filter((row) => good.includes(row)));
      expect(refused.map(({ row }) => row)).to.deep.equal(mixed.filter((row) => poison.includes(row)));
      for (const { reason } of refused) expect(reason).to.match(/^(22P05|22P02|22003): \w/);
      const rows = await readTable(getDatabase(), table);
      expect(rows.map(({ message }) => message)).to.deep.equal(stored.map(({ json }) => String(json)));
    });

    it('finds rows that a constraint refuses', async () => {
      const table = await createMessageTable(getDatabase());
      await getDatabase().query(`ALTER TABLE ${table.identifier} ADD CHECK (message <> '13')`);
      const rows = createRows(20);

      const { stored, refused } = await appendInto({ db: getDatabase(), table }, rows);

      expect(stored).to.have.length(19);
      expect(refused.map(({ row }) => String(row.json))).to.deep.equal(['13']);
      expect(refused[0]?.reason).to.match(/^23514: /);
    });

    it('finds rows that a trigger refuses, drops or delays, which may succeed later', async () => {
      const table = await createMessageTable(getDatabase());
      await addTrigger(
        getDatabase(),
        table,
        `
        IF NEW.message = '7' THEN RAISE 'not seven'; END IF;
        IF NEW.message = '11' THEN RAISE 'eleven' USING ERRCODE = '57P01'; END IF;
        IF NEW.message = '13' THEN RETURN NULL; END IF;
        RETURN NEW;
      `,
      );
      const rows = createRows(20);

      const { stored, refused } = await appendInto({ db: getDatabase(), table }, rows);

      expect(stored.map(({ json }) => Number(json)).sort((a, b) => a - b)).to.deep.equal(
        rows.map(({ json }) => Number(json)).filter((n) => ![7, 11, 13].includes(n)),
      );
      expect(refused.map(({ row, ...rest }) => ({ json: String(row.json), ...rest }))).to.deep.equal([
        { json: '7', reason: 'P0001: not seven', isLasting: false },
        { json: '11', reason: '57P01: eleven', isLasting: false },
        {
          json: '13',
          reason: `RM001: a trigger or a rule of the table ${table.name} kept 1 of 1 rows out`,
          isLasting: false,
        },
      ]);
      const ids = (await readTable(getDatabase(), table)).map(({ id }) => Number(id));
      expect(ids).to.deep.equal(stored.map((_row, index) => index + 1));
    });

    it('notices rows that a trigger drops among repeated ones', async () => {
      const table = await createMessageTable(getDatabase());
      await addTrigger(getDatabase(), table, `RETURN CASE WHEN NEW.message <> '2' THEN NEW END;`);
      const [one, two, three] = [createRow('1'), createRow('2'), createRow('3')];
      await appendRows(getDatabase(), table, [one]);

      const { stored, duplicates, refused } = await appendInto({ db: getDatabase(), table }, [
        one,
        two,
        three,
      ]);

      expect({ stored, duplicates }).to.deep.equal({ stored: [three], duplicates: [one] });
      expect(refused.map(({ row }) => row)).to.deep.equal([two]);
    });

    it('throws a fault of the table as unready', async () => {
      const table = { name: `none_${randomUUID()}`, identifier: 'none' };

      const error = await databaseErrorOf(appendInto({ db: getDatabase(), table }, createRows(1)));

      expect(error).to.include({ kind: 'unready', message: `the table ${table.name} does not exist` });
    });
  });
}
