import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { type Application, openApplication, openBusOf, withDatabase } from './support/application.ts';
import { createEvent } from './support/calls.ts';
import { CallLog, expectKept } from './support/oracle.ts';

const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

const handler = `
import { defineHandler } from ${JSON.stringify(workersIndex)};

export default defineHandler(async ({ data }, { db }) => {
  await db.query('INSERT INTO message (message) VALUES ($1)', [JSON.stringify(data)]);
});`;

/** SQLSTATEs for a trigger to raise that the database sends when it is away, or that once counted as such. */
const raised = [
  ...'08006 25006 40001 40P01 42501 44000 53100 53200 53300 53400 55000'.split(' '),
  ...'55P03 57014 57P01 57P02 57P03 58030 58P01 P0001 XX000'.split(' '),
];

/** One row in twenty is refused. */
const every = 20;
const perState = sized({ short: 1, full: 20 });
const count = raised.length * every * perState;

function isRefused(index: number): boolean {
  return index % every === every - 1;
}

/** Refuses one row in twenty, cycling through the SQLSTATEs. */
async function addTrigger({ databaseUrl }: Application): Promise<void> {
  await withDatabase(databaseUrl, async (client) => {
    await client.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        number integer := (NEW.message->>'id')::integer;
        states text[] := '{${raised.join()}}';
      BEGIN
        IF number % ${every} = ${every - 1} THEN
          RAISE 'refused' USING ERRCODE = states[(number / ${every}) % ${raised.length} + 1];
        END IF;
        RETURN NEW;
      END $$`);
    await client.query(
      'CREATE TRIGGER refuse BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION refuse()',
    );
  });
}

/** Calls an endpoint with another table during the load; returns each latency and `/readyz` status. */
async function watch(url: string, adminUrl: string, isOver: () => boolean) {
  const latencies: number[] = [];
  const states = new Set<number>();
  while (!isOver()) {
    const startMs = performance.now();
    const response = await fetch(url);
    latencies.push(performance.now() - startMs);
    states.add(response.status).add((await fetch(`${adminUrl}/readyz`)).status);
  }
  return { states, latencies };
}

describe('F35: a trigger that refuses one row in twenty, with every SQLSTATE of an outage', function () {
  this.timeout(faultTimeoutMs);

  for (const [kind, use] of [
    ['append', 'append, table: message'],
    ['a module', './store.js'],
    ['a module that runs once', './store.js, once: true'],
  ] as const) {
    it(`dead-letters only those rows in ${kind}, and does not stop other workers`, async () => {
      const application = await openApplication({
        endpoints: (path) => `  GET ${path}other: { rpc: { timeout: 30s } }`,
        workers: (key) =>
          [
            `  store: { on: ${key}, use: ${use}, retries: 1 }`,
            `  other: { on: ${key.replace('POST', 'GET')}other, use: page, table: other }`,
          ].join('\n'),
        files: { 'store.js': handler, 'package.json': '{"type":"module"}' },
      });
      const { exchange, find } = application;
      if (kind !== 'append') {
        await withDatabase(application.databaseUrl, (client) =>
          client.query('CREATE TABLE message (message jsonb)'),
        );
      }
      const [gateway, worker] = await Promise.all([application.open('serve'), application.open('work')]);
      await addTrigger(application);
      const bus = await openBusOf(application);
      const log = new CallLog();
      let isOver = false;
      const watching = watch(`${application.urlAt(gateway)}other`, worker.adminUrl, () => isOver);

      const messages = Array.from({ length: count }, (_none, index) => createEvent(String(index)));
      for (const message of messages) {
        await bus.publish(exchange, message, { deadlineEpochMs: Date.now() + 30_000 });
        log.record(String(message.headers['x-id']), 'confirmed');
      }
      await until(async () => (await find()).dead.length === count / every, { timeoutMs: 90_000 });
      const verdict = await expectKept(log, find, 60_000);
      isOver = true;
      const { states, latencies } = await watching;

      const { dead } = await find();
      const sorted = latencies.toSorted((a, b) => a - b);
      printFigures('F35', { ...verdict, 'other p50 ms': sorted[Math.floor(sorted.length / 2)] ?? 0 });
      expect(dead.map(Number).toSorted((a, b) => a - b)).to.deep.equal(
        messages.flatMap((_message, index) => (isRefused(index) ? [index] : [])),
      );
      expect([...states]).to.deep.equal([200]);
    });
  }
});
