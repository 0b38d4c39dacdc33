import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { Retry } from '../../src/work/errors.ts';
import { usePostgres, useTestDatabase } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

describe('a handler that runs once', () => {
  it('asks another worker before its first statement, not after it', async () => {
    const { url } = await useTestDatabase();
    // Each takes the only connection in turn.
    const narrow = use(openPostgres({ url, maxConnections: 1 }), (db) => db.close());
    const seen: unknown[] = [];
    const { publish } = await useWorkers({
      db: narrow,
      names: ['once', 'call'],
      call: async (_call, context) => (await context.db.query('SELECT 7 AS n'))[0],
      once: async (_call, context) => {
        const ask = () => context.request('POST /calls/{id}', { params: { id: '1' } });
        seen.push(await ask());
        await context.db.query('SELECT 1');
        seen.push(await ask().catch(String));
      },
    });

    await publish('POST /events', '{}');

    await until(() => seen.length === 2);
    expect(seen).to.deep.equal([
      { n: 7 },
      'TypeError: POST /calls/{id} was not asked: the first statement of the handler, which runs once, has opened a transaction that would hold a connection while it waits; ask before that statement',
    ]);
  });

  it('sends the same events under the same ids when it has to run again', async () => {
    const seen: { id: string; text: string }[] = [];
    const db = await usePostgres();
    let runs = 0;
    const { bus, publish } = await useWorkers({
      db,
      names: ['once'],
      once: async (_call, { publish, db }) => {
        runs += 1;
        await db.query('SELECT 1');
        for (const data of ['same', runs, 'same']) await publish('POST /messages/', { data: { n: data } });
        if (runs === 1) throw new Retry(1);
      },
    });
    bus.consume('/messages/:POST', async (batch) =>
      batch.map(({ messageId, body }) => {
        seen.push({ id: messageId, text: String(JSON.parse(String(body)).data.n) });
        return { kind: 'ack' };
      }),
    );

    await publish('POST /events', '1');

    await until(() => seen.length === 6);
    const [a, b, c, again, changed, last] = seen;
    expect([again, last]).to.deep.equal([a, c]);
    expect(new Set([a?.id, b?.id, c?.id, changed?.id])).to.have.property('size', 4);
  });
});
