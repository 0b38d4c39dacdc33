import { parseEndpoints } from '@restmapper/endpoints';
import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { inspectDatabase } from '../../src/handlers/inspect-database.ts';
import { prepareWorkers } from '../../src/handlers/prepare.ts';
import { usePostgres } from '../support/databases.ts';

const workersOf = (table: string, once = '') =>
  parseEndpoints(
    `endpoints:
  POST /a: { fanout: true }
  GET /a: { rpc: true }
  PUT /a: { rpc: true }
workers:
  store: { on: POST /a, use: append, table: ${table} }
  read: { on: GET /a, use: page, table: ${table} }
  put: { on: PUT /a, use: ./put.ts${once} }
`,
    { file: 'endpoints.yaml', directory: '/app' },
  ).workers;

describe('the inspection of a database', () => {
  it('finds what a new database lacks, and creates nothing', async () => {
    const db = await usePostgres();
    const workers = workersOf('message');

    const first = await inspectDatabase(workers, db);
    const second = await inspectDatabase(workers, db);

    expect(first.pending[0]).to.equal('001_append.sql');
    expect(first.tables).to.deep.equal([
      { worker: 'store', table: 'message', kind: 'missing', text: 'the table message does not exist' },
    ]);
    expect(first.mayCreate).to.equal(true);
    expect(second).to.deep.equal(first);
  });

  it('finds nothing once workers have prepared it, and then the remains of an older file', async () => {
    const db = await usePostgres();
    await prepareWorkers(workersOf('message'), db, silentLog);

    const same = await inspectDatabase(workersOf('message', ', once: true'), db);
    const renamed = await inspectDatabase(workersOf('note'), db);

    expect(same).to.include({ mayCreate: true });
    expect([same.pending, same.tables, same.leftOver]).to.deep.equal([[], [], []]);
    expect(renamed.tables.map(({ table, kind }) => [table, kind])).to.deep.equal([['note', 'missing']]);
    expect(renamed.leftOver).to.deep.equal([{ table: 'message', position: 0 }]);
  });

  it('finds a table of another program, also before the migrations', async () => {
    const db = await usePostgres();
    await db.query('CREATE TABLE message (id integer, message_id uuid, message jsonb)');

    const { tables } = await inspectDatabase(workersOf('message'), db);

    expect(tables).to.have.length(1);
    expect(tables[0]).to.include({ kind: 'unusable' });
    expect(tables[0]?.text).to.equal(
      'the table message cannot be used: its column id is integer, not bigint',
    );
  });

  it('needs nothing for workers without a table', async () => {
    const db = await usePostgres();

    const { pending, tables } = await inspectDatabase(workersOf('message').slice(2), db);

    expect([pending, tables]).to.deep.equal([[], []]);
  });
});
