import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topologyOf } from '@restmapper/endpoints';
import { openModel } from '@restmapper/host';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder, stopCommand } from './command.ts';

const workers = new URL('../../packages/workers/dist/index.js', import.meta.url).href;

const file = (id: string): string => `
endpoints:
  POST /${id}/check:
    fanout: { routingKey: data.region }
    body: &regional { type: object, required: [region], properties: { region: { enum: [eu, us] } } }
  POST /${id}/price: { rpc: { routingKey: data.region, timeout: 20s }, body: *regional }
workers:
  checker: { on: POST /${id}/check, use: ./checker.mjs, database: false, only: ["\${REGION:-eu}"] }
  pricer: { on: POST /${id}/price, use: ./pricer.mjs, database: false, only: ["\${REGION:-eu}"] }
`;

const checker = `import { appendFileSync } from 'node:fs';
import { defineHandler } from '${workers}';
export default defineHandler(({ data }) => {
  appendFileSync(process.env.JOURNAL, JSON.stringify([process.env.REGION, data.region, data.n]) + '\\n');
});
`;

const pricer = `import { defineHandler } from '${workers}';
export default defineHandler(() => process.env.REGION);
`;

/** A gateway, and a function that starts the workers of a region. */
async function startRegions() {
  const id = `r${randomBytes(5).toString('hex')}`;
  const cwd = await openFolder();
  const journal = join(cwd, 'journal');
  await writeFile(join(cwd, 'endpoints.yaml'), file(id));
  await writeFile(join(cwd, 'checker.mjs'), checker);
  await writeFile(join(cwd, 'pricer.mjs'), pricer);
  await writeFile(journal, '');
  use(topologyOf(openModel(join(cwd, 'endpoints.yaml'), {})), deleteTopology);
  const env = { AMQP_URL: amqpUrl(), LOG_LEVEL: 'silent', JOURNAL: journal };
  const startWork = (region: string): Promise<Command> =>
    openCommand({ args: ['work'], cwd, env: { ...env, REGION: region } });
  const gateway = await openCommand({ args: ['serve'], cwd, env });
  const post = (name: string, body: object): Promise<Response> =>
    fetch(`${gateway.url}/${id}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  /** The events processed: the region of the process, that of the event, and its number. */
  const processed = async (): Promise<readonly (readonly [string, string, number])[]> =>
    (await readFile(journal, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as [string, string, number]);
  return { startWork, post, processed };
}

describe('the workers of two regions', function () {
  this.timeout(90_000);

  it('take the messages of their own, which wait while their region is away', async () => {
    const { startWork, post, processed } = await startRegions();
    const [, us] = await Promise.all([startWork('eu'), startWork('us')]);
    const pricedBy = async (region: string): Promise<unknown> => (await post('price', { region })).json();
    expect(await Promise.all(['eu', 'us'].map(pricedBy))).to.deep.equal(['eu', 'us']);

    await stopCommand(us);
    for (let n = 0; n < 20; n += 1) await post('check', { region: 'us', n });
    const tookMs: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const since = performance.now();
      await post('check', { region: 'eu', n });
      await until(async () => (await processed()).length === n + 1, { everyMs: 5 });
      tookMs.push(performance.now() - since);
    }
    const since = performance.now();
    const refused = await post('price', { region: 'us' });
    const refusedMs = performance.now() - since;

    expect(refused.status).to.equal(503);
    expect(await refused.json()).to.include({ code: 'NO_WORKER' });
    expect(refusedMs).to.be.lessThan(5_000);
    expect(Math.min(...tookMs)).to.be.lessThan(1_000);
    await startWork('us');
    await until(async () => (await processed()).length === 25, { timeoutMs: 20_000 });
    expect((await processed()).every(([by, region]) => by === region)).to.equal(true);
    expect(await pricedBy('us')).to.equal('us');
  });
});
