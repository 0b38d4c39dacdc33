import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { use } from '../support/use.ts';
import { openApplication, openBusOf, withDatabase } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKept } from './support/oracle.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const killer = '20';
const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

/** A handler that one message kills at once, before any other that came along with it is done. */
const handler = `
import { defineHandler } from ${JSON.stringify(workersIndex)};

export default defineHandler(async ({ data }, { db, request }) => {
  if (data.id === '${killer}') process.kill(process.pid, 'SIGKILL');
  await db.query(
    'INSERT INTO message (message_id, message) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [request.messageId, JSON.stringify(data)],
  );
});`;

describe('F17: a message that kills the process of its handler', function () {
  this.timeout(faultTimeoutMs);

  it('is a dead letter once it came back too often, and its neighbours survive', async () => {
    const application = await openApplication({
      workers: (key) => `  fragile: { on: ${key}, use: ./fragile.js }`,
      files: { 'fragile.js': handler, 'package.json': '{"type":"module"}' },
    });
    const { broker, exchange, databaseUrl, name } = application;
    const limit = sized({ short: 8, full: 20 });
    await broker.rabbitmqctl(
      'set_policy',
      '--apply-to',
      'queues',
      name,
      `^/${name}/`,
      `{"delivery-limit":${limit}}`,
    );
    use(name, () => broker.rabbitmqctl('clear_policy', name));
    await withDatabase(databaseUrl, (client) =>
      client.query('CREATE TABLE message (message_id uuid PRIMARY KEY, message jsonb NOT NULL)'),
    );
    const bus = await openBusOf(application);
    const load = startLoad({ call: publishTo({ bus, exchange }), count: 60 });
    await load.ended;
    const ending = new AbortController();
    let deaths = 0;
    const supervise = async (): Promise<void> => {
      while (!ending.signal.aborted) {
        const worker = await application.start('work');
        await worker.exited;
        deaths += 1;
      }
    };

    // The process that does not die ends along with the test, and this with it.
    void supervise();
    const keeping = expectKept(load.log, application.find, faultTimeoutMs / 2);
    const verdict = await keeping.finally(() => ending.abort());

    printFigures('F17', { deaths, ...verdict });
    expect(verdict).to.include({ stored: 59, dead: 1 });
    expect((await application.find()).stored).to.not.include(killer);
    expect(deaths).to.be.at.most(limit + 1);
  });
});
