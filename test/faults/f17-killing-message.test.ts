import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { use } from '../support/use.ts';
import { openApplication, openBusOf, withDatabase } from './support/application.ts';
import type { Application } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKept } from './support/oracle.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const killer = '20';
const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

/** A handler that one message kills at once, before any other message in its prefetch is done. */
const handler = `
import { defineHandler } from ${JSON.stringify(workersIndex)};

export default defineHandler(async ({ data }, { db, message }) => {
  if (data.id === '${killer}') process.kill(process.pid, 'SIGKILL');
  await db.query(
    'INSERT INTO message (message_id, message) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [message.id, JSON.stringify(data)],
  );
});`;

/** The arguments that every queue of an application is declared with. */
const declaredLimit = 20;

/**
 * Lowers the delivery limit of the queue by a policy; since RabbitMQ 4.3, lost consumers do not count towards it.
 *
 * Not that of its dead letters: the test views them repeatedly, and each view counts.
 */
async function lowerLimit({ broker, name, exchange }: Application, limit: number): Promise<number> {
  const [major = 0, minor = 0] = (await broker.rabbitmqctl('version')).trim().split('.').map(Number);
  if (major > 4 || (major === 4 && minor >= 3)) return declaredLimit;
  const limits = `{"delivery-limit":${limit}}`;
  await broker.rabbitmqctl('set_policy', '--apply-to', 'queues', name, `^${exchange}$`, limits);
  use(name, () => broker.rabbitmqctl('clear_policy', name));
  return limit;
}

describe('F17: a message that kills the process of its handler', function () {
  this.timeout(2 * faultTimeoutMs);

  it('is dead-lettered after too many deliveries, and its neighbours survive', async () => {
    const application = await openApplication({
      workers: (key) => `  fragile: { on: ${key}, use: ./fragile.js }`,
      files: { 'fragile.js': handler, 'package.json': '{"type":"module"}' },
    });
    const { exchange, databaseUrl } = application;
    const limit = await lowerLimit(application, sized({ short: 8, full: 20 }));
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

    // A process that does not die is ended with the test.
    void supervise();
    const keeping = expectKept(load.log, application.find, 1.5 * faultTimeoutMs);
    const verdict = await keeping.finally(() => ending.abort());

    printFigures('F17', { deaths, ...verdict });
    expect(verdict).to.include({ stored: 59, dead: 1 });
    expect((await application.find()).stored).to.not.include(killer);
    expect(deaths).to.be.at.most(limit + 1);
  });
});
