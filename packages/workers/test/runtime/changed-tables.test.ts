import { once } from 'node:events';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { parseMessageTable } from '../../src/database/message-table.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { addTrigger } from '../contract/fixtures.ts';
import { createTestDatabase } from '../support/databases.ts';
import type { TestDatabase } from '../support/databases.ts';
import { testModel, useWorkers } from '../support/workers.ts';

describe('the built-in workers, when their table is changed', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = use(await createTestDatabase(), ({ drop }) => drop());
    db = use(openPostgres({ url: database.url }), (db) => db.close());
  });

  const count = async () =>
    Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM message'))[0]?.n);

  it('hold messages for a table that an operator has changed, and name the table', async () => {
    const { workers, publish, request, deadLetters } = await useWorkers({ db, call: async () => 7 });
    const letters = deadLetters('POST /messages/');
    await publish('POST /messages/', '1');
    await until(async () => (await count()) === 1);

    await db.query(`ALTER TABLE message ADD note text NOT NULL DEFAULT ''`);
    await db.query('ALTER TABLE message ALTER note DROP DEFAULT');
    for (let n = 2; n <= 5; n += 1) await publish('POST /messages/', String(n));
    const reason = await until(() => workers.paused);
    const others = await request('POST /calls/{id}', { params: '{"id":"1"}' });
    await db.query('ALTER TABLE message DROP note');

    expect(reason).to.match(/^the table message cannot be used: its column note /);
    expect(others.body).to.equal('7');
    await until(async () => (await count()) === 5);
    await until(() => workers.paused === undefined);
    expect(letters).to.deep.equal([]);
  });

  for (const lock of ['ACCESS EXCLUSIVE', 'SHARE']) {
    it(`hold messages while the table is locked in ${lock} mode, and blame no message`, async () => {
      const hasty = use(openPostgres({ url: database.url, statementTimeoutMs: 200 }), (db) => db.close());
      const { workers, publish, deadLetters } = await useWorkers({ db: hasty, model: withRetries(0) });
      const letters = deadLetters('POST /messages/');
      const release = use(new AbortController(), (release) => release.abort());
      let isLocked = false;
      const holding = db.transaction(async (tx) => {
        await tx.query(`LOCK TABLE message IN ${lock} MODE`);
        isLocked = true;
        await once(release.signal, 'abort');
      });
      await until(() => isLocked);

      for (let n = 1; n <= 3; n += 1) await publish('POST /messages/', String(n));
      const reason = await until(() => workers.paused);
      release.abort();
      await holding;

      expect(reason).to.match(/^the table message cannot be used: canceling statement/);
      await until(async () => (await count()) === 3);
      expect(letters).to.deep.equal([]);
    });
  }

  for (const [what, sql] of [
    ['its row in restmapper_head is lost', 'DELETE FROM restmapper_head'],
    ['its row in restmapper_head is an older one', 'UPDATE restmapper_head SET position = 1'],
    ['it is dropped', 'DROP TABLE message'],
    ['it is renamed', 'ALTER TABLE message RENAME TO message_of_before'],
    ['all of restmapper is dropped', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public'],
  ] as const) {
    it(`repair a table by themselves when ${what}, and lose no message meanwhile`, async () => {
      const { workers, publish, request, deadLetters } = await useWorkers({ db });
      const letters = deadLetters('POST /messages/');
      for (let n = 1; n <= 3; n += 1) await publish('POST /messages/', String(n));
      await until(async () => (await count()) === 3);

      await db.query(sql);
      for (let n = 4; n <= 6; n += 1) await publish('POST /messages/', String(n));

      const stored = async () =>
        (await db.query(`SELECT FROM message WHERE message IN ('4', '5', '6')`)).length;
      await until(async () => (await stored().catch(() => 0)) === 3);
      await until(() => workers.paused === undefined);
      expect((await request('GET /messages/', { args: '{"limit":3}' })).body).to.include(
        '"messages":[6,5,4]',
      );
      expect(letters).to.deep.equal([]);
    });
  }

  it('do not use a table of another application, and report it', async () => {
    await db.query('CREATE TABLE message (id bigserial PRIMARY KEY, payload jsonb, created timestamptz)');
    const { workers, publish, request, deadLetters } = await useWorkers({ db });
    const letters = deadLetters('POST /messages/');

    await publish('POST /messages/', '1');
    const page = await request('GET /messages/', { timeoutMs: 300 }).catch((error: unknown) => error);

    expect(workers.paused).to.match(/^the table message cannot be used: it is not one of restmapper's/);
    expect(page).to.include({ code: 'RPC_TIMEOUT' });
    await db.query('ALTER TABLE message RENAME TO other');
    await until(async () => (await count().catch(() => 0)) === 1);
    expect(letters).to.deep.equal([]);
  });

  it('take over a table of another program once it has the required columns', async () => {
    await db.query(
      'CREATE TABLE message (id serial PRIMARY KEY, inserted timestamp DEFAULT now(), message jsonb)',
    );
    await db.query(`INSERT INTO message (message) VALUES ('1'), ('2')`);
    const { workers, publish, request } = await useWorkers({ db });
    await publish('POST /messages/', '3');
    const reason = await until(() => workers.paused);

    await db.query(`ALTER TABLE message ALTER id TYPE bigint,
      ADD message_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE`);

    expect(reason).to.include('as it has no column message_id; rename it');
    await until(async () => (await count()) === 3);
    await until(() => workers.paused === undefined);
    expect((await request('GET /messages/')).body).to.equal(
      '{"paginationId":3,"offset":0,"limit":20,"total":3,"messages":[3,2,1]}',
    );
  });

  it('report a table that accepts no rows, though nothing is wrong with it', async () => {
    const { workers, publish } = await useWorkers({ db });
    await addTrigger(db, parseMessageTable('message'), 'RETURN NULL;');

    for (let n = 1; n <= 3; n += 1) await publish('POST /messages/', String(n));

    const reason = await until(() => workers.paused);
    expect(reason).to.match(
      /^the table message takes no row: RM001: a trigger or a rule of the table message /,
    );
    await db.query(`DO $$ BEGIN EXECUTE (
      SELECT format('DROP TRIGGER %I ON message', tgname) FROM pg_trigger WHERE tgrelid = 'message'::regclass
    ); END $$`);
    await until(async () => (await count()) === 3);
    expect(workers.paused).to.equal(undefined);
  });

  it('dead-letter only the rows that always lose a database that responds', async () => {
    const { workers, publish, deadLetters } = await useWorkers({ db, model: withRetries(0) });
    const letters = deadLetters('POST /messages/');
    await addTrigger(
      db,
      parseMessageTable('message'),
      `
      IF NEW.message = '13' THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
      END IF;
      RETURN NEW;
    `,
    );

    await Promise.all(Array.from({ length: 40 }, (_, n) => publish('POST /messages/', String(n))));

    const letter = await until(() => letters[0], { timeoutMs: 30_000 });
    await until(async () => (await count()) === 39, { timeoutMs: 30_000 });
    expect(String(letter.body)).to.include('"data":13');
    expect(letters).to.have.length(1);
    expect(workers.paused).to.equal(undefined);
  });
});

function withRetries(retries: number) {
  return { ...testModel, workers: testModel.workers.map((worker) => ({ ...worker, retries })) };
}
