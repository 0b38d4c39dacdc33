import { openMemoryBus } from '@restmapper/bus';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { defineHandler } from '../../src/work/handler.ts';
import { openWorkers } from '../../src/runtime/workers.ts';
import { usePostgres } from '../support/databases.ts';

const model = parseEndpoints(
  `
internal:
  rows.changed: { fanout: true, body: true }
  rows.moved: { fanout: true, body: true }
  rows.of: { rpc: true, body: true }
workers:
  rows: { on: [rows.changed, rows.moved, rows.of], use: ./rows.ts, with: { zone: eu }, once: true }
`,
  { file: 'endpoints.yaml', directory: '/app' },
);

describe('a worker of several sources, as it runs', () => {
  it('gets the messages of each with its options, and remembers their ids apart', async () => {
    const db = await usePostgres();
    const bus = use(openMemoryBus({ topology: topologyOf(model) }), (bus) => bus.close({ timeoutMs: 1000 }));
    const seen: unknown[] = [];
    const handler = defineHandler(async ({ data }, { message, options }) => {
      seen.push([message.source, message.worker, options, Object.isFrozen(options), data]);
      return data;
    });
    const loadModule = async () => ({ default: handler });
    const workers = use(await openWorkers({ model, bus, db, names: ['rows'], loadModule }), (workers) =>
      workers.close({ timeoutMs: 1000 }),
    );
    await workers.ready;
    const messageId = '0190a5c4-7d7e-7abc-8def-0123456789ab';
    const send = (type: string) => ({
      body: Buffer.from('{"data":7}'),
      messageId,
      type,
      timestampMs: Date.now(),
      headers: {},
    });
    const options = { deadlineEpochMs: Date.now() + 5000 };

    await bus.publish('internal:rows.changed', send('rows.changed'), options);
    await bus.publish('internal:rows.moved', send('rows.moved'), options);
    await until(() => seen.length === 2);
    const reply = await bus.request('internal:rows.of', send('rows.of'), options);
    const again = await bus.request('internal:rows.of', send('rows.of'), options);

    expect([String(reply.body), String(again.body)]).to.deep.equal(['7', '7']);
    expect(seen).to.have.deep.members(
      ['rows.changed', 'rows.moved', 'rows.of'].map((source) => [source, 'rows', { zone: 'eu' }, true, 7]),
    );
    expect(workers.starting).to.deep.equal([]);
  });
});
