import { expect } from 'chai';
import type { Queryable } from '../../../src/database/database.ts';
import { DatabaseError } from '../../../src/database/database-error.ts';
import { appendInto } from '../../../src/handlers/append/append.ts';
import { createMessageTable, createRows } from '../../contract/fixtures.ts';
import { usePostgres } from '../../support/databases.ts';

describe('a batch that repeatedly loses a database that responds', () => {
  it('rejects no row because of a full disk', async () => {
    const server = await usePostgres();
    const table = await createMessageTable(server);
    const diskFull = new DatabaseError('away', '53100', new Error('could not extend file'));
    const db: Queryable = {
      query: (sql, params) =>
        sql.startsWith('SELECT restmapper_append') ? Promise.reject(diskFull) : server.query(sql, params),
    };

    const error = await appendInto({ db, table, answers: async () => true }, createRows(3)).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).to.equal(diskFull);
  });
});
