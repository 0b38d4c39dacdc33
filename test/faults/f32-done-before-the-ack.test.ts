import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { killCommand, stopCommand } from '../system/command.ts';
import { type Application, openApplication, openBusOf, withDatabase } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { openProxyTo } from './support/proxy.ts';

const kills = sized({ short: 1, full: 20 });
const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

/** A handler that records every run, however often its message is delivered. */
const handler = `
import { defineHandler } from ${JSON.stringify(workersIndex)};

export default defineHandler(async ({ data }, { db }) => {
  const [row] = await db.query('INSERT INTO message (message) VALUES ($1) RETURNING run', [JSON.stringify(data)]);
  return { run: row.run };
});`;

async function openOnce(): Promise<Application> {
  const application = await openApplication({
    endpoints: (path) => `  POST ${path}calls: { rpc: { timeout: 60s }, body: true, idempotency: true }`,
    workers: (key) =>
      `  event: { on: ${key}, use: ./once.js, once: true }\n  call: { on: ${key}calls, use: ./once.js }`,
    files: { 'once.js': handler, 'package.json': '{"type":"module"}' },
  });
  await withDatabase(application.databaseUrl, (client) =>
    client.query('CREATE TABLE message (run serial, message jsonb NOT NULL)'),
  );
  return application;
}

/** Has a worker do a piece of work, and kills it after the commit, before the broker gets the ack. */
async function killAfterCommit<T>(
  { broker, open, find }: Application,
  work: () => Promise<T>,
): Promise<{ readonly result: Promise<T> }> {
  const proxy = await openProxyTo(broker);
  const worker = await open('work', { amqpUrl: proxy.url });
  const before = (await find()).stored.length;
  proxy.blackHole(['up']);
  const result = work();
  result.catch(() => {});
  await until(async () => (await find()).stored.length > before, { timeoutMs: 30_000 });
  await killCommand(worker);
  proxy.heal();
  return { result };
}

describe('F32: a worker with once that is killed between its commit and its ack', function () {
  this.timeout(faultTimeoutMs);

  it('does not repeat an event that is redelivered', async () => {
    const application = await openOnce();
    const { exchange, open, find, broker } = application;
    const call = publishTo({ bus: await openBusOf(application), exchange });

    for (let kill = 0; kill < kills; kill += 1) {
      await killAfterCommit(application, () => call(String(kill)));
      const next = await open('work');
      // It stops once it has handled all messages, so that the broker holds none of them.
      await until(async () => (await messagesIn(broker, exchange)) === 0, { timeoutMs: 30_000 });
      await stopCommand(next);
    }

    const { stored, dead } = await find();
    printFigures('F32', { killed: 'event', kills, runs: stored.length, dead: dead.length });
    expect([...stored].sort()).to.deep.equal(Array.from({ length: kills }, (_none, id) => String(id)).sort());
    expect(dead).to.deep.equal([]);
  });

  it('does not repeat a request, whose caller gets the stored answer', async () => {
    const application = await openOnce();
    const { open, find, urlAt } = application;
    const url = `${urlAt(await open('serve'))}calls`;
    const post = (id: number): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `call-${id}` },
        body: JSON.stringify({ id: String(id) }),
      });

    for (let kill = 0; kill < kills; kill += 1) {
      const { result } = await killAfterCommit(application, () => post(kill));
      const next = await open('work');
      const answer = await result;
      const again = await post(kill);
      await stopCommand(next);

      expect(answer.status).to.equal(200);
      expect(await answer.text()).to.equal(await again.text());
      expect(again.headers.get('idempotency-replayed')).to.equal('true');
    }

    const { stored } = await find();
    printFigures('F32', { killed: 'request', kills, runs: stored.length });
    expect(stored).to.have.length(kills);
  });
});

/** The number of messages, including unacknowledged ones. */
async function messagesIn(broker: Application['broker'], queue: string): Promise<number> {
  const lines = await broker.rabbitmqctl('list_queues', '--quiet', '--no-table-headers', 'name', 'messages');
  const line = lines.split('\n').find((line) => line.startsWith(`${queue}\t`));
  return Number(line?.split('\t')[1] ?? Number.NaN);
}
