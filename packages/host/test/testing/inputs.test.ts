import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { openTestSystem } from '../../src/testing.ts';

const text = `
inputs:
  usage:
    from: [{ exchange: metering, bind: 'usage.#' }, { exchange: legacy, match: { kind: usage } }]
    body: { required: [id], properties: { n: { default: 1 } } }
  old: { queue: legacy.orders }
workers:
  usage: { on: usage, use: ./usage.mjs, database: false, retries: 1 }
  also: { on: usage, use: ./usage.mjs, database: false, queue: also }
  old: { on: old, use: ./usage.mjs, database: false }
internal:
  seen: { fanout: true, body: true, feed: seen }
`;

const worker = `
import { defineHandler } from 'restmapper/worker';
export default defineHandler(async ({ data }, { message, publish }) => {
  if (data.fail) throw new Error('as asked');
  await publish('seen', { data: { data, source: message.source, worker: message.worker } });
});
`;

async function openSystem() {
  const folder = use(await makeTemporaryFolder('inputs'), (path) => rm(path, { recursive: true }));
  const file = join(folder, 'endpoints.yaml');
  await writeFile(file, text);
  await writeFile(join(folder, 'usage.mjs'), worker.replace('restmapper/worker', workerModule));
  return use(await openTestSystem(file, { database: 'none' }), (system) => system.close());
}

const workerModule = new URL('../../../workers/src/worker.ts', import.meta.url).href;

describe('a test of an input', () => {
  it('puts a message into the queue of each of its workers, and waits for them', async () => {
    const system = await openSystem();

    await system.send('usage', { data: { id: 7 } });
    await system.send('old', { data: 'text' });

    const seen = system.published('seen').map(({ data }) => data);
    expect(seen).to.have.deep.members([
      { data: { id: 7, n: 1 }, source: 'usage', worker: 'usage' },
      { data: { id: 7, n: 1 }, source: 'usage', worker: 'also' },
      { data: 'text', source: 'old', worker: 'old' },
    ]);
    expect(system.published('usage')[0]).to.deep.include({ endpoint: 'usage', data: { id: 7 }, args: null });
    expect(system.published('usage')[0]).to.not.have.property('routingKey');
  });

  it('shows what its workers refuse, and what they fail at', async () => {
    const system = await openSystem();

    await system.send('old', { data: { fail: true } });
    await system.send('usage', { data: {} });

    const [failed, ...refused] = system.deadLetters;
    expect(failed).to.deep.include({ endpoint: 'old', queue: 'input:old', data: { fail: true } });
    expect(failed?.reason).to.contain('as asked');
    expect(refused.map(({ queue, data }) => ({ queue, data }))).to.have.deep.members([
      { queue: 'input:usage', data: {} },
      { queue: 'also', data: {} },
    ]);
    for (const { reason } of refused) expect(reason).to.contain('/id is required');
  });

  it('refuses parts that a message of an input does not have', async () => {
    const system = await openSystem();

    const refusal = await system.send('usage', { data: {}, params: { id: 1 } }).catch(String);

    expect(refusal).to.equal('TypeError: a message of the input usage has data only, no params');
  });
});
