import { Client } from 'pg';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openApplication, openBusOf, openWorkersOf, withDatabase } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { CallLog } from './support/oracle.ts';
import { openProxyTo } from './support/proxy.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const kills = sized({ short: 1, full: 20 });

/** Any number: the holder of this advisory lock blocks every commit. */
const lock = 14;

/** Makes transactions wait between their last statement and their commit while the lock is held. */
const holdCommits = `
  CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(${lock}); RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON message
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold()`;

/** Holds the lock until the server dies. */
async function holdLock(url: string): Promise<void> {
  const holder = use(new Client(url), (holder) => holder.end());
  holder.on('error', () => {});
  await holder.connect();
  await holder.query(`SELECT pg_advisory_lock(${lock})`);
}

async function countRows(url: string, query: string): Promise<number> {
  return withDatabase(url, async (client) => (await client.query(query)).rows.length);
}

describe('F14: a PostgreSQL that is killed', function () {
  this.timeout(faultTimeoutMs);

  it('causes no loss and no duplicate when it dies between INSERT and COMMIT', async () => {
    const application = await openApplication();
    const { databaseUrl, postgres } = application;
    const bus = await openBusOf(application);
    await openWorkersOf(application, { bus });
    await withDatabase(databaseUrl, (client) => client.query(holdCommits));
    const load = startLoad({ call: publishTo({ bus, exchange: application.exchange }), perSecond: 200 });
    const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;

    for (let kill = 0; kill < kills; kill += 1) {
      await holdLock(databaseUrl);
      await until(async () => (await countRows(databaseUrl, waiting)) > 0);
      await postgres.kill();
      await postgres.start();
    }
    const log = await load.stop();

    const verdict = await expectKeptBy(application, log);
    printFigures('F14', { killed: 'before COMMIT', kills, ...verdict });
    expect(verdict.dead).to.equal(0);
  });

  it('causes no loss and no duplicate when it dies after COMMIT, before the worker knows', async () => {
    const application = await openApplication();
    const { databaseUrl, postgres } = application;
    const proxy = await openProxyTo({ url: databaseUrl });
    const bus = await openBusOf(application);
    await openWorkersOf(application, { bus, url: proxy.url });
    const log = new CallLog();
    const call = publishTo({ bus, exchange: application.exchange });
    const publishSome = async () => {
      const ids = Array.from({ length: 20 }, (_none, index) => String(log.sent + index));
      await Promise.all(ids.map(async (id) => log.record(id, await call(id))));
    };
    const rows = () => countRows(databaseUrl, 'SELECT FROM message');

    for (let kill = 0; kill < kills; kill += 1) {
      await publishSome();
      await until(async () => (await rows()) === log.sent);
      proxy.blackHole(['down']);
      await publishSome();
      // The worker was idle before, and sees no message that is stored now.
      await until(async () => (await rows()) > log.sent - 20);
      await postgres.kill();
      proxy.heal();
      await postgres.start();
    }

    const verdict = await expectKeptBy(application, log);
    printFigures('F14', { killed: 'after COMMIT', kills, ...verdict });
    expect(verdict.dead).to.equal(0);
  });
});
