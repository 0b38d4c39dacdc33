import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { databaseErrorOf } from '../contract/fixtures.ts';
import { killConnections, onServer, useTestDatabase } from '../support/databases.ts';

describe('a pipeline to PostgreSQL', () => {
  it('runs a statement after the previous one, which waits for a lock', async () => {
    const { name, url } = await useTestDatabase();
    const db = use(openPostgres({ url }), (db) => db.close());
    const pipeline = db.openPipeline();
    await db.query('CREATE TABLE gate (id int)');
    await db.query('INSERT INTO gate VALUES (1)');

    const [, second] = await db.transaction(async (tx) => {
      await tx.query('SELECT FROM gate FOR UPDATE');
      const statements = [pipeline.query('UPDATE gate SET id = 2'), pipeline.query('SELECT id FROM gate')];
      await until(async () => (await onServer(waitingIn(name))).length > 0);
      return statements;
    });

    expect(await second).to.deep.equal([{ id: 2 }]);
  });

  it('fails all running statements as away when its connection is lost, and reconnects', async () => {
    const database = await useTestDatabase();
    const db = use(openPostgres({ url: database.url }), (db) => db.close());
    const pipeline = db.openPipeline();
    await pipeline.query('SELECT 1');

    const failures = [pipeline.query('SELECT pg_sleep(60)'), pipeline.query('SELECT 1')].map(databaseErrorOf);
    await until(async () => (await killConnections(database)) > 0);

    expect((await Promise.all(failures)).map(({ kind }) => kind)).to.deep.equal(['away', 'away']);
    await until(async () => (await pipeline.query('SELECT 1')).length === 1);
  });

  it('finishes running statements when the database is closed', async () => {
    const { url } = await useTestDatabase();
    const db = openPostgres({ url });
    const answer = db.openPipeline().query('SELECT 1 AS a FROM pg_sleep(0.1)');

    await db.close();

    expect(await answer).to.deep.equal([{ a: 1 }]);
  });

  it('closes with the database when it was never used, or never connected', async () => {
    const { url, drop } = await useTestDatabase();
    await drop();
    const db = openPostgres({ url });
    db.openPipeline();
    const failure = await databaseErrorOf(db.openPipeline().query('SELECT 1'));

    await db.close();

    expect(failure.kind).to.equal('away');
  });
});

function waitingIn(database: string): string {
  return `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '${database}'`;
}
