import { type Log, silentLog } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import { expect } from 'chai';
import { openTcpProxy } from '../../../../test/support/tcp-proxy.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { useTestDatabase } from '../support/databases.ts';
import { testModel, useWorkers } from '../support/workers.ts';

/** The worker `call` uses no database. */
const model: Model = {
  ...testModel,
  workers: testModel.workers.map((worker) => ({ ...worker, usesDatabase: worker.name !== 'call' })),
};

describe('a worker without a database', () => {
  it('works while the database of the others is away', async () => {
    const { url } = await useTestDatabase();
    const target = new URL(url);
    const proxy = use(await openTcpProxy({ port: Number(target.port) }), (proxy) => proxy.close());
    target.port = String(proxy.port);
    const db = use(openPostgres({ url: target.href }), (db) => db.close());
    proxy.refuse();
    let stored = 0;
    const { workers, publish, request } = await useWorkers({
      db,
      model,
      event: async () => (stored += 1),
      call: async ({ data }) => data,
    });
    await until(() => workers.paused);

    await publish('POST /events', '1');
    const answer = await request('POST /calls/{id}', { data: '[1]', params: '{"id":"1"}' });

    expect(answer.body).to.equal('[1]');
    expect([stored, workers.paused === undefined]).to.deep.equal([0, false]);
    proxy.heal();
    await until(() => stored === 1);
  });

  it('is told why its statements fail', async () => {
    const { url } = await useTestDatabase();
    const db = use(openPostgres({ url }), (db) => db.close());
    const reasons: unknown[] = [];
    const { request } = await useWorkers({
      db,
      model,
      call: async (_call, { db }) => {
        const attempts = [
          db.query('SELECT 1'),
          db.transaction(async () => undefined),
          db.openPipeline(new AbortController().signal).query('SELECT 1'),
        ];
        for (const attempt of attempts) await attempt.catch((error: Error) => reasons.push(error.message));
        return reasons.length;
      },
    });

    const { body } = await request('POST /calls/{id}', { params: '{"id":"1"}' });

    expect(body).to.equal('3');
    expect(new Set(reasons)).to.deep.equal(
      new Set(['the worker call has no db: the file says `database: false`']),
    );
  });
});

describe('a worker that fails while the database is away', () => {
  it('answers at once, and works again when the database is back', async () => {
    const { url } = await useTestDatabase();
    const target = new URL(url);
    const proxy = use(await openTcpProxy({ port: Number(target.port) }), (proxy) => proxy.close());
    target.port = String(proxy.port);
    const db = use(openPostgres({ url: target.href }), (db) => db.close());
    const { log, lines } = recordErrors();
    const { workers, request } = await useWorkers({
      db,
      log,
      model: {
        ...testModel,
        workers: testModel.workers.map((worker) => ({ ...worker, whenAway: 'fail' as const })),
      },
      call: async (_call, { db }) => await db.query('SELECT 1 AS one'),
    });
    await workers.ready;
    const ask = () => request('POST /calls/{id}', { params: '{"id":"1"}', timeoutMs: 60_000 });
    const before = await ask();

    proxy.refuse();
    proxy.reset();
    const startedMs = performance.now();
    const away = await ask();
    const again = await ask();
    const tookMs = performance.now() - startedMs;
    proxy.heal();
    await until(() => workers.paused === undefined, { timeoutMs: 20_000 });
    const after = await ask();

    const answer = { error: { code: 'DATABASE_AWAY', description: 'the database is down' } };
    expect(before.body).to.equal('[{"one":1}]');
    expect([away, again].map(({ status, body }) => [status, JSON.parse(body)])).to.deep.equal([
      [503, answer],
      [503, answer],
    ]);
    expect(tookMs).to.be.lessThan(20_000);
    expect(after.body).to.equal('[{"one":1}]');
    expect(lines).to.deep.equal([]);
  });
});

/** A log that keeps the messages of errors. */
function recordErrors(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { log: { ...silentLog, error: (_fields, message) => void lines.push(message) }, lines };
}
