import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { openTcpProxy } from '../../../../test/support/tcp-proxy.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { prepareWorkers } from '../../src/handlers/prepare.ts';
import { useTestDatabase } from '../support/databases.ts';
import { testModel, useWorkers } from '../support/workers.ts';

describe('workers that start while the database is away', () => {
  it('migrate it when it comes, before they process messages', async () => {
    const { url } = await useTestDatabase();
    const db = use(openPostgres({ url }), (db) => db.close());
    await prepareWorkers(testModel.workers, db, silentLog);
    // As an older version left it, with functions that append can use.
    await db.query(`DELETE FROM restmapper_migration WHERE name = '005_columns.sql'`);
    await db.query(
      `DROP FUNCTION restmapper_found, restmapper_page(text, bigint[], bigint),
         restmapper_append(text, uuid[], text, text[], regtype[], text[])`,
    );
    const target = new URL(url);
    const proxy = use(await openTcpProxy({ port: Number(target.port) }), (proxy) => proxy.close());
    target.port = String(proxy.port);
    const far = use(openPostgres({ url: target.href }), (db) => db.close());
    proxy.refuse();
    const { workers, publish } = await useWorkers({ db: far, names: ['append'] });
    await until(() => workers.paused);

    await publish('POST /messages/', '1');
    proxy.heal();
    await until(async () => (await db.query('SELECT FROM message')).length === 1);

    const migrated = await db.query(`SELECT FROM restmapper_migration WHERE name = '005_columns.sql'`);
    expect(migrated).to.have.length(1);
  });
});
