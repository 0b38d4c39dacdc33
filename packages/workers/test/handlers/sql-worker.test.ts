import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openTcpProxy } from '../../../../test/support/tcp-proxy.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { onServer, usePostgres, useTestDatabase } from '../support/databases.ts';
import { type SqlWorkerOptions, uniqueName, useSqlWorker } from '../support/sql-worker.ts';

const read: SqlWorkerOptions = { statement: 'SELECT item FROM orders WHERE id = :params.id' };
const createOrders = `CREATE TABLE orders (id bigint PRIMARY KEY, item text); INSERT INTO orders VALUES (1, 'tea')`;

describe('a worker that uses sql', () => {
  it('waits while its table is gone, says why, and continues when it is back', async () => {
    const db = await usePostgres();
    await db.query(createOrders);
    const { call, workers } = await useSqlWorker(db, read);
    expect((await call({ id: '1' })).body).to.equal('{"item":"tea"}');

    await db.query('ALTER TABLE orders RENAME TO renamed');
    const answer = call({ id: '1', timeoutMs: 20_000 });
    const reason = await until(() => workers.paused);
    await db.query('ALTER TABLE renamed RENAME TO orders');

    expect(reason).to.equal(
      'worker calls: 42P01: relation "orders" does not exist, at `orders WHERE id = :params.id`',
    );
    expect((await answer).body).to.equal('{"item":"tea"}');
    await until(() => workers.paused === undefined);
  }).timeout(30_000);

  it('waits with a mistake that shows only when the database comes back', async () => {
    const { url } = await useTestDatabase();
    const db = use(openPostgres({ url }), (db) => db.close());
    const target = new URL(url);
    const proxy = use(await openTcpProxy({ port: Number(target.port) }), (proxy) => proxy.close());
    target.port = String(proxy.port);
    const far = use(openPostgres({ url: target.href }), (db) => db.close());
    proxy.refuse();
    const { call, workers } = await useSqlWorker(far, read);

    proxy.heal();
    await until(() => workers.paused?.includes('42P01'));
    await db.query(createOrders);

    expect((await call({ id: '1', timeoutMs: 20_000 })).body).to.equal('{"item":"tea"}');
  }).timeout(30_000);

  it('waits for a right that its role lacks', async () => {
    const { url } = await useTestDatabase();
    const owner = use(openPostgres({ url }), (db) => db.close());
    await owner.query(createOrders);
    const role = uniqueName('reader');
    await onServer(`CREATE ROLE ${role} LOGIN`);
    use(role, async () => void (await onServer(`DROP ROLE ${role}`)));
    use(owner, async (db) => void (await db.query(`DROP OWNED BY ${role}`)));
    const limited = new URL(url);
    limited.username = role;
    const db = use(openPostgres({ url: limited.href }), (db) => db.close());

    const { call, workers } = await useSqlWorker(db, read);
    const reason = workers.paused;
    await owner.query(`GRANT SELECT ON orders TO ${role}`);

    expect(reason).to.equal('worker calls: permission denied for table orders (42501)');
    expect((await call({ id: '1', timeoutMs: 20_000 })).body).to.equal('{"item":"tea"}');
  }).timeout(30_000);

  it('cancels its statement at the deadline', async () => {
    const db = await usePostgres();
    const { call } = await useSqlWorker(db, { statement: 'SELECT pg_sleep(20)::text AS slept' });

    await call({ timeoutMs: 300 }).catch(() => undefined);

    await until(async () => {
      const running = await db.query(
        `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
      return running.length === 0;
    });
  });

  it('repeats a statement that was rolled back in favour of another', async () => {
    const db = await usePostgres();
    await db.query(`${createOrders}; INSERT INTO orders VALUES (2, 'cup')`);
    const statement = `WITH first AS (SELECT id FROM orders WHERE id = :params.id FOR UPDATE), slept AS (SELECT pg_sleep(0.2) FROM first)
      UPDATE orders SET item = item || '!' WHERE id = 3 - (SELECT id FROM first) AND EXISTS (SELECT FROM slept) RETURNING id`;
    const { call } = await useSqlWorker(db, { statement });

    const answers = await Promise.all([
      call({ id: '1', timeoutMs: 20_000 }),
      call({ id: '2', timeoutMs: 20_000 }),
    ]);

    expect(answers.map(({ body }) => body).toSorted()).to.deep.equal(['{"id":1}', '{"id":2}']);
  }).timeout(30_000);

  for (const [what, statement, message, at] of [
    [
      'repeats a name',
      'WITH a AS (SELECT 1)\nSELECT 1 AS id, 2 AS id',
      'two columns of the result are named "id"',
      'SELECT 1 AS id',
    ],
    [
      'repeats a name of types without equality',
      `SELECT '{}'::json AS b, '{}'::json AS b`,
      'are named "b"',
      'SELECT',
    ],
    ['is wrong', 'SELECT 1,\n  missing', '42703: column "missing" does not exist', 'missing'],
  ] as const) {
    it(`is refused when its statement ${what}, with the place`, async () => {
      const error = await useSqlWorker(await usePostgres(), { statement }).catch((thrown: unknown) => thrown);

      expect(error).to.have.property('name', 'ConfigError');
      expect(error).to.have.property('message').that.contains(message);
      const within = { text: statement, index: statement.indexOf(at) };
      expect(error).to.have.deep.property('place', { pointer: '/workers/calls/statement', within });
    });
  }

  describe('in a file', () => {
    const openFile = async (text: string | Buffer, name = 'get.sql') => {
      const directory = use(await makeTemporaryFolder('sql'), (path) => rm(path, { recursive: true }));
      await writeFile(join(directory, 'get.sql'), text);
      const db = await usePostgres();
      return await useSqlWorker(db, { statement: `./${name}`, directory });
    };
    const errorOf = async (text: string | Buffer, name?: string) =>
      (await openFile(text, name).catch((thrown: unknown) => thrown)) as Error & { problems: unknown[] };

    it('runs it', async () => {
      const { call } = await openFile('\uFEFF-- The sum\r\nSELECT :data.a + 1 AS sum;\r\n');

      expect((await call({ data: '{"a":2}' })).body).to.equal('{"sum":3}');
    });

    it('names file, line and column of a mistake', async () => {
      const { message, problems } = await errorOf(
        '-- Größe 😀\nSELECT :data.a::int AS a,\n  missing\nFROM pg_class',
      );

      expect(problems[0]).to.include({ line: 3, column: 3 });
      expect(message).to.match(/get\.sql:3:3 42703: column "missing" does not exist/);
    });

    it('passes on what PostgreSQL suggests', async () => {
      const { problems } = await errorOf('SELECT relnam FROM pg_class');

      expect(problems[0])
        .to.have.property('message')
        .that.matches(/does not exist; Perhaps you meant to reference .*"pg_class\.relam"$/);
    });

    it('names the place of a value that no call has', async () => {
      const { message } = await errorOf('SELECT 1,\n  :params.id');

      expect(message).to.match(
        /get\.sql:2:3 `params\.id`: the path of `POST \/calls` has no parameter `\{id\}`/,
      );
    });

    it('says what is wrong with the file itself', async () => {
      expect((await errorOf('', 'none.sql')).message).to.match(/none\.sql does not exist/);
      expect((await errorOf('', '../')).message).to.match(/is a folder; name a file in it/);
      expect((await errorOf(Buffer.from([0xff, 0xfe]))).message).to.match(/is not UTF-8/);
      expect((await errorOf(' -- nothing')).message).to.match(/there is no statement/);
    });
  });
});
