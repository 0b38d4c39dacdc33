import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { createTestDatabase } from '../support/databases.ts';
import type { TestDatabase } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

describe('a handler that fails because of the database', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = use(await createTestDatabase(), ({ drop }) => drop());
    db = use(openPostgres({ url: database.url }), (db) => db.close());
  });

  for (const [what, sql] of [
    ['exceeds the statement timeout', 'SELECT pg_sleep(60)'],
    ['writes to a view that accepts no rows', 'INSERT INTO sums VALUES (1)'],
    ['cannot get a lock', `DO $$ BEGIN RAISE SQLSTATE '55P03'; END $$`],
    ['loses its connection each time', 'SELECT pg_terminate_backend(pg_backend_pid())'],
  ] as const) {
    it(`has its event dead-lettered after its retries when it ${what}, while others continue`, async () => {
      const hasty = use(openPostgres({ url: database.url, statementTimeoutMs: 200 }), (db) => db.close());
      await db.query('CREATE VIEW sums AS SELECT sum(n) AS n FROM generate_series(1, 2) AS n');
      const attempts = new Set<number>();
      let done = 0;
      const { workers, publish, request, deadLetters } = await useWorkers({
        db: hasty,
        event: async (_call, { db, message }) => {
          attempts.add(message.attempt);
          await db.query(sql);
        },
        call: async () => (done += 1),
      });
      const letters = deadLetters('POST /events');
      const paused: unknown[] = [];

      await publish('POST /events', '1');
      const letter = await until(
        async () => {
          await request('POST /calls/{id}', { params: '{"id":"1"}' });
          paused.push(workers.paused);
          return letters[0];
        },
        { timeoutMs: 30_000 },
      );

      expect(letter.headers['x-attempts']).to.equal(2);
      expect([...attempts]).to.deep.equal([1, 2]);
      expect(new Set(paused)).to.deep.equal(new Set([undefined]));
      expect(done).to.equal(paused.length);
    });
  }

  it('holds workers that run once when the inbox is lost, and reports it', async () => {
    let runs = 0;
    const { workers, publish, deadLetters } = await useWorkers({
      db,
      names: ['once'],
      once: async () => (runs += 1),
    });
    const letters = deadLetters('POST /events');
    await db.query('ALTER TABLE restmapper_inbox RENAME TO inbox_of_before');

    await publish('POST /events', '1');
    const reason = await until(() => workers.paused);
    await db.query('ALTER TABLE inbox_of_before RENAME TO restmapper_inbox');

    expect(reason).to.match(/^the table restmapper_inbox /);
    await until(() => runs === 1);
    expect(letters).to.deep.equal([]);
  });

  it('holds workers that run once without a pause until the inbox has its columns again', async () => {
    let looks = 0;
    let resumptions = 0;
    const watched: Database = {
      query(sql, params) {
        looks += Number(sql.includes('INTO restmapper_inbox'));
        return db.query(sql, params);
      },
      transaction: (work) => db.transaction(work),
      openPipeline: () => db.openPipeline(),
      close: () => db.close(),
    };
    let runs = 0;
    const { workers, publish } = await useWorkers({
      db: watched,
      names: ['once'],
      once: async () => (runs += 1),
      log: { ...silentLog, info: () => void (resumptions += 1) },
    });
    const before = looks;
    resumptions = 0;
    await db.query('ALTER TABLE restmapper_inbox RENAME reply TO answer');

    await publish('POST /events', '1');
    const reason = await until(() => workers.paused);
    await until(() => looks - before >= 3);
    const early = resumptions;
    await db.query('ALTER TABLE restmapper_inbox RENAME answer TO reply');

    expect(reason).to.match(/^the table restmapper_inbox cannot be used: column "reply" /);
    expect(early).to.equal(0);
    await until(() => runs === 1);
  });
});
