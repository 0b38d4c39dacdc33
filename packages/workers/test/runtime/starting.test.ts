import { randomUUID } from 'node:crypto';
import { openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { amqpUrl, deleteTopology, withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { openWorkers } from '../../src/runtime/workers.ts';
import { defineHandler } from '../../src/work/handler.ts';
import { useTestDatabase } from '../support/databases.ts';

/** Workers `a` and `b` on endpoints with names that no other test has. */
async function openPair({ prepare = async (_queue: string): Promise<void> => {} } = {}) {
  const name = randomUUID();
  const text = `
endpoints:
  GET /${name}/a: { rpc: true }
  GET /${name}/b: { rpc: true }
workers:
  a: { on: GET /${name}/a, use: ./handler.ts }
  b: { on: GET /${name}/b, use: ./handler.ts }`;
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' });
  const topology = use(topologyOf(model), deleteTopology);
  await prepare(model.workers[0]?.queue ?? '');
  const options = { urls: [amqpUrl()], topology, name: 'test', log: silentLog };
  const bus = use(openAmqpBus(options), (bus) => bus.close());
  const { url } = await useTestDatabase();
  const db = use(openPostgres({ url }), (db) => db.close());
  const loadModule = () => Promise.resolve({ default: defineHandler(() => Promise.resolve(1)) });
  return use(await openWorkers({ model, bus, db, loadModule }), (workers) => workers.close());
}

describe('workers that start', () => {
  it('are reported until they consume', async () => {
    const workers = await openPair();

    // The bus has only begun to connect.
    expect(workers.starting).to.deep.equal(['a', 'b']);
    await workers.ready;
    expect(workers.starting).to.deep.equal([]);
  });

  it('are no longer reported when their queue is unusable', async function () {
    this.timeout(20_000);
    const workers = await openPair({
      prepare: (queue) =>
        withChannel(async (channel) => {
          await channel.assertQueue(queue, { autoDelete: true });
        }),
    });

    await until(() => workers.starting.length === 1);
    expect(workers.starting).to.deep.equal(['a']);
    await until(() => workers.starting.length === 0, { timeoutMs: 15_000 });
  });
});
