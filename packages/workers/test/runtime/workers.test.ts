import { gzipSync } from 'node:zlib';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { openTcpProxy } from '../../../../test/support/tcp-proxy.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { createWorkerMetrics } from '../../src/work/worker-metrics.ts';
import { createTestDatabase, killConnections } from '../support/databases.ts';
import type { TestDatabase } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

describe('the built-in workers', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = use(await createTestDatabase(), ({ drop }) => drop());
    db = use(openPostgres({ url: database.url }), (db) => db.close());
  });

  const count = async () =>
    Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM message'))[0]?.n);

  it('answer with pages of published messages', async () => {
    const { publish, request } = await useWorkers({ db });

    await publish('POST /messages/', '{"a":1}');
    await until(async () => (await count()) === 1);
    const page = await request('GET /messages/', { args: '{"offset":0,"limit":5}' });

    expect(page).to.deep.equal({
      status: undefined,
      body: '{"paginationId":1,"offset":0,"limit":5,"total":1,"messages":[{"a":1}]}',
    });
  });

  it('answer with a page before anything was published', async () => {
    const { request } = await useWorkers({ db });

    const { body } = await request('GET /messages/');

    expect(body).to.equal('{"paginationId":0,"offset":0,"limit":20,"total":0,"messages":[]}');
  });

  it('answer 422 to a query that the gateway would have refused', async () => {
    const { request } = await useWorkers({ db });

    const { status, body } = await request('GET /messages/', { args: '{"limit":"many"}' });

    expect(status).to.equal(422);
    expect(JSON.parse(body)).to.have.nested.property('error.code', 'INVALID_QUERY');
  });

  it('store a message once, however often it comes', async () => {
    const { publish } = await useWorkers({ db });
    const messageId = await publish('POST /messages/', '1');
    await until(async () => (await count()) === 1);

    await publish('POST /messages/', '1', { messageId });
    await publish('POST /messages/', '2');

    await until(async () => (await count()) > 1);
    expect(await count()).to.equal(2);
  });

  it('store a message once even if its publisher creates UUIDv7s too', async () => {
    const { publish } = await useWorkers({ db });

    await publish('POST /messages/', '1', { messageId: 'order-7' });
    await publish('POST /messages/', '1', { messageId: 'order-7' });
    await publish('POST /messages/', '2');

    await until(async () => (await db.query(`SELECT FROM message WHERE message = '2'`)).length > 0);
    expect(await db.query(`SELECT FROM message WHERE message = '1'`)).to.have.length(1);
  });

  it('dead-letter each message that cannot be stored, with the reason, and store the others', async () => {
    const { publish, deadLetters } = await useWorkers({ db });
    const letters = deadLetters('POST /messages/');
    const poison: readonly (readonly [Buffer, RegExp])[] = [
      [Buffer.from('"\\u0000"'), /^22P05: /],
      [Buffer.from([0x22, 0x00, 0x22]), /^22021: .*NUL/],
      [Buffer.from([0x22, 0xff, 0x22]), /^22021: .*UTF-8/],
      [Buffer.from('"\\ud800"'), /^22P02: /],
      [Buffer.from('"\\udc00\\ud800"'), /^22P02: /],
      [Buffer.from('1e400000'), /^22003: /],
      [Buffer.from('[1e-16383]'), /^22003: .*exponent beyond 400/],
      [Buffer.from(`0.${'1'.repeat(16_384)}`), /^22003: .*more than 16383 decimal places/],
      [Buffer.from('['.repeat(6000) + ']'.repeat(6000)), /^54001: /],
      [Buffer.from('nonsense'), /^22P02: /],
    ];
    const foreign: readonly (readonly [Buffer, RegExp])[] = [
      [Buffer.from('not an envelope'), /not an envelope: expected \{/],
      [Buffer.alloc(0), /not an envelope: expected \{/],
      [Buffer.from('[{"data":1}]'), /not an envelope: expected \{/],
      [Buffer.from('\ufeff{"data":1}'), /not an envelope: expected \{/],
      [gzipSync('{"data":1}'), /not an envelope: expected \{/],
      [Buffer.from('{}'), /not an envelope: it has no member data/],
      [Buffer.from('{"order":7}'), /not an envelope: it has no member data/],
      [Buffer.from('{"Data":{}}'), /not an envelope: it has no member data/],
      [Buffer.from('{"payload":{},"args":null}'), /not an envelope: it has no member data/],
      [Buffer.from('{"data":1,"data":2}'), /not an envelope: it has the member data twice/],
      [Buffer.from('{"data":1} {"data":2}'), /not an envelope: unexpected byte/],
    ];

    const ids: string[] = [];
    for (const [data] of poison) {
      ids.push(await publish('POST /messages/', data));
      await publish('POST /messages/', '"good"');
    }
    for (const [body] of foreign) await publish('POST /messages/', '', { body });

    await until(() => letters.length === poison.length + foreign.length);
    await until(async () => (await count()) === poison.length);
    for (const [index, [, reason]] of poison.entries()) {
      const letter = letters.find(({ messageId }) => messageId === ids[index]);
      expect(letter?.headers['x-dead-reason']).to.match(reason);
    }
    for (const [sent, reason] of foreign) {
      const letter = letters.find(({ body }) => body.equals(sent));
      expect(letter?.headers['x-dead-reason'], String(sent)).to.match(reason);
    }
  });

  it('lose and duplicate nothing when connections are killed all the time', async () => {
    const { publish } = await useWorkers({ db });
    const ids: string[] = [];

    for (let round = 0; round < 10; round += 1) {
      const publishing = Array.from({ length: 100 }, (_, n) => publish('POST /messages/', String(n)));
      await until(async () => (await killConnections(database)) > 0);
      ids.push(...(await Promise.all(publishing)));
    }

    await until(async () => (await count()) >= ids.length);
    const rows = await db.query<{ message_id: string }>('SELECT message_id FROM message ORDER BY id');
    expect(rows.map((row) => row.message_id)).to.have.members(ids);
    expect(await db.query('SELECT max(id)::int AS newest FROM message')).to.deep.equal([
      { newest: ids.length },
    ]);
  });

  it('assign positions in the order of the queue, also when connections are killed', async () => {
    const { publish } = await useWorkers({ db });

    const publishing = Array.from({ length: 2000 }, (_, n) => publish('POST /messages/', String(n)));
    await until(async () => (await killConnections(database)) > 0);
    await Promise.all(publishing);

    await until(async () => (await count()) === 2000);
    const rows = await db.query<{ n: string }>('SELECT message::text AS n FROM message ORDER BY id');
    expect(rows.map(({ n }) => Number(n))).to.deep.equal(Array.from({ length: 2000 }, (_, n) => n));
  });

  it('wait while the database is away, report it, and continue when it comes', async () => {
    await database.drop();
    const { workers, publish, request } = await useWorkers({ db });
    await publish('POST /messages/', '{"a":1}');
    const late = request('GET /messages/', { timeoutMs: 200 }).catch((error: unknown) => error);

    await until(() => workers.paused);
    expect(await late).to.include({ code: 'RPC_TIMEOUT' });
    expect(workers.paused).to.include(database.name);
    await database.create();

    await until(() => workers.paused === undefined);
    await until(async () => (await count()) === 1);
    expect((await request('GET /messages/')).body).to.include('"total":1');
  });

  it('consume no events while the database is away, and still answer requests in time', async () => {
    const { workers, publish, request, bus, deadLetters } = await useWorkers({ db });
    const letters = deadLetters('POST /messages/');
    const depth = async () => (await bus.inspect()).find(({ name }) => name === '/messages/:POST');
    await publish('POST /messages/', '{"a":1}');
    await until(async () => (await count()) === 1);

    await database.drop();
    for (let n = 0; n < 30; n += 1) await publish('POST /messages/', '{"a":1}');
    await until(async () => (await depth())?.consumers === 0 && (await depth())?.messages === 30);
    const page = request('GET /messages/', { timeoutMs: 9000 });
    await database.create();

    expect((await page).body).to.include('"total":');
    await until(async () => (await count()) === 30);
    await until(() => workers.paused === undefined);
    expect((await depth())?.consumers).to.equal(1);
    expect(letters).to.deep.equal([]);
  });

  it('lose nothing when the connection to the database breaks and heals', async () => {
    const target = new URL(database.url);
    const proxy = use(await openTcpProxy({ port: Number(target.port) }), (proxy) => proxy.close());
    target.port = String(proxy.port);
    const far = use(openPostgres({ url: target.href }), (db) => db.close());
    const { workers, publish } = await useWorkers({ db: far });
    const publishAll = async () =>
      await Promise.all(Array.from({ length: 200 }, (_, n) => publish('POST /messages/', String(n))));

    const before = await publishAll();
    proxy.refuse();
    proxy.reset();
    const during = await publishAll();
    await until(() => workers.paused);
    proxy.heal();

    await until(async () => (await count()) === 400);
    const rows = await db.query<{ message_id: string }>('SELECT message_id FROM message');
    expect(rows.map((row) => row.message_id)).to.have.members([...before, ...during]);
    await until(() => workers.paused === undefined);
  });

  it('return the messages that they hold when they close while the database is away', async () => {
    const { workers, publish, bus } = await useWorkers({ db });
    await database.drop();
    await publish('POST /messages/', '{"a":1}');
    await until(() => workers.paused);

    await workers.close({ timeoutMs: 5000 });

    const bodies: string[] = [];
    bus.consume('/messages/:POST', async (batch) => {
      bodies.push(...batch.map(({ body }) => String(body)));
      return batch.map(() => ({ kind: 'ack' }) as const);
    });
    await until(() => bodies.length > 0);
    expect(bodies).to.deep.equal(['{"data":{"a":1},"args":null}']);
  });

  it('count their messages', async () => {
    const registry = new Registry();
    const { publish, request } = await useWorkers({ db, metrics: createWorkerMetrics(registry) });

    await publish('POST /messages/', '1');
    await publish('POST /messages/', '"\\u0000"');
    await until(async () => (await count()) === 1);
    await request('GET /messages/');

    await until(async () => (await registry.metrics()).includes('{worker="append",outcome="reject"} 1'));
    const text = await registry.metrics();
    expect(text).to.include('restmapper_worker_messages_total{worker="append",outcome="ack"} 1');
    expect(text).to.include('restmapper_worker_messages_total{worker="page",outcome="reply"} 1');
    expect(text).to.include('restmapper_worker_rows_total{worker="append"} 1');
    expect(text).to.include('restmapper_worker_paused 0');
  });

  it('are only the named ones', async () => {
    const { publish, request } = await useWorkers({ db, names: ['append'] });

    await publish('POST /messages/', '1');

    await until(async () => (await count()) === 1);
    expect(await request('GET /messages/').catch((error: unknown) => error)).to.include({
      code: 'NO_WORKER',
    });
  });

  it('are refused under an unknown name', async () => {
    const error = await useWorkers({ db, names: ['append', 'apend'] }).catch((thrown: unknown) => thrown);

    expect(error).to.be.instanceOf(ConfigError).with.property('message').that.includes('apend');
  });
});
