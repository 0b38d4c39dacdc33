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
