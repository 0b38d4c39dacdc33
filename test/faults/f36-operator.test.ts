import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import type { Command } from '../system/command.ts';
import { type Application, openApplication, openBusOf, withDatabase } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { CallLog, expectKept } from './support/oracle.ts';

interface Change {
  readonly what: string;
  readonly sql: string;
  /** How the operator undoes it; absent: the worker repairs it by itself. */
  readonly undo?: string;
  /** What `/readyz` reports meanwhile. */
  readonly sentence?: RegExp;
}

const dropNull = `CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER drop_row BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION drop_row()`;

/** Copies the existing rows to another table for the oracle before the table is dropped. */
const keep = 'INSERT INTO kept SELECT message FROM message';

const changes: readonly Change[] = [
  { what: 'deletes the head row', sql: 'DELETE FROM restmapper_head' },
  { what: 'brings back an older head row', sql: 'UPDATE restmapper_head SET position = 2' },
  { what: 'drops the table', sql: `${keep}; DROP TABLE message` },
  { what: 'renames the table', sql: `${keep}; ALTER TABLE message RENAME TO before` },
  {
    what: 'puts a table with other columns in its place',
    sql: `ALTER TABLE message RENAME TO before;
      CREATE TABLE message (id serial PRIMARY KEY, inserted timestamp DEFAULT now(), message jsonb)`,
    undo: 'DROP TABLE message; ALTER TABLE before RENAME TO message',
    sentence:
      /the table message cannot be used: it is not one of restmapper's, as it has no column message_id/,
  },
  {
    what: 'adds a column that takes no NULL',
    sql: `ALTER TABLE message ADD note text NOT NULL DEFAULT ''; ALTER TABLE message ALTER note DROP DEFAULT`,
    undo: 'ALTER TABLE message DROP note',
    sentence: /the table message cannot be used: its column note takes no NULL/,
  },
  {
    what: 'renames a column',
    sql: 'ALTER TABLE message RENAME message TO payload',
    undo: 'ALTER TABLE message RENAME payload TO message',
    sentence: /the table message cannot be used: it is not one of restmapper's, as it has no column message;/,
  },
  {
    what: 'adds a trigger that drops all rows',
    sql: dropNull,
    undo: 'DROP TRIGGER drop_row ON message; DROP FUNCTION drop_row()',
    sentence:
      /the table message takes no row: RM001: a trigger or a rule of the table message kept 1 of 1 rows out/,
  },
];

async function readyText({ adminUrl }: Command): Promise<{ status: number; text: string }> {
  const response = await fetch(`${adminUrl}/readyz`);
  return { status: response.status, text: await response.text() };
}

/** Sends this many messages of the application, one after another. */
async function send(application: Application, log: CallLog, ids: readonly string[]): Promise<void> {
  const call = publishTo({ bus: await openBusOf(application), exchange: application.exchange });
  for (const id of ids) log.record(id, await call(id));
}

describe('F36: an operator that changes a table that a worker uses', function () {
  this.timeout(faultTimeoutMs);

  for (const { what, sql, undo, sentence } of changes) {
    it(`${what}: nothing is lost or dead-lettered, and other workers continue`, async () => {
      const application = await openApplication({
        endpoints: (path) => `  GET ${path}other: { rpc: { timeout: 30s } }`,
        workers: (key) =>
          [
            `  store: { on: ${key}, use: append, table: message }`,
            `  other: { on: ${key.replace('POST', 'GET')}other, use: page, table: other }`,
          ].join('\n'),
      });
      const { databaseUrl } = application;
      const run = (text: string) => withDatabase(databaseUrl, (client) => client.query(text));
      const [gateway, worker] = await Promise.all([application.open('serve'), application.open('work')]);
      await run('CREATE TABLE kept (message jsonb)');
      const log = new CallLog();
      const half = sized({ short: 10, full: 200 });
      const ids = Array.from({ length: 2 * half }, (_none, index) => String(index));
      await send(application, log, ids.slice(0, half));
      await expectKept(log, application.find);

      await run(sql);
      await send(application, log, ids.slice(half));
      const said =
        sentence &&
        (await until(
          async () => {
            const ready = await readyText(worker);
            return sentence.test(ready.text) && ready;
          },
          { timeoutMs: 30_000 },
        ));
      const other = await fetch(`${application.urlAt(gateway)}other`);
      if (undo !== undefined) await run(undo);

      const find = async () => {
        // Until the worker has recreated it, there is no table to read.
        const { stored, dead } = await application.find().catch(() => ({ stored: [], dead: [] }));
        return { stored: [...stored, ...(await application.find('kept')).stored], dead };
      };
      const verdict = await expectKept(log, find, 60_000);
      await until(async () => (await readyText(worker)).status === 200, { timeoutMs: 30_000 });
      printFigures('F36', verdict);
      expect(verdict).to.include({ stored: ids.length, dead: 0 });
      expect(other.status).to.equal(200);
      if (said) expect(said.status).to.equal(503);
    });
  }
});
