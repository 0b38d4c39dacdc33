import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topologyOf } from '@restmapper/endpoints';
import { openModel } from '@restmapper/host';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { databaseUrl } from '../support/database.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder } from './command.ts';

const workers = new URL('../../packages/workers/dist/index.js', import.meta.url).href;

const file = (id: string): string => `
endpoints:
  POST /${id}: { rpc: { timeout: 2s }, body: true }
internal:
  ${id}.b: { rpc: true, body: true }
  ${id}.c: { rpc: true, body: true, reply: { type: integer } }
workers:
  a: { on: POST /${id}, use: ./a.mjs, with: { ask: ${id}.b } }
  b: { on: ${id}.b, use: ./a.mjs, with: { ask: ${id}.c } }
  c: { on: ${id}.c, use: ./c.mjs }
`;

const asks = `import { defineHandler } from '${workers}';
export default defineHandler(({ data }, { request, options }) => request(options.ask, { data }));
`;

const answers = `import { defineHandler, RequestError } from '${workers}';
export default defineHandler(async ({ data }, { signal, message }) => {
  if (data === 'throw') throw new Error('it broke');
  if (data === 'refuse') throw new RequestError(409, 'SOLD_OUT', { detail: 'none is left' });
  if (data === 'text') return 'seven';
  if (data !== 'wait') return message.attempt + 6;
  return new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
});
`;

async function writeProject(id: string): Promise<string> {
  const folder = await openFolder();
  await writeFile(join(folder, 'endpoints.yaml'), file(id));
  await writeFile(join(folder, 'a.mjs'), asks);
  await writeFile(join(folder, 'c.mjs'), answers);
  return folder;
}

describe('workers in three processes that ask one another', function () {
  this.timeout(90_000);

  it('answer the caller of the first, whatever happens to the last', async () => {
    const id = `w${randomBytes(5).toString('hex')}`;
    const cwd = await writeProject(id);
    use(topologyOf(openModel(join(cwd, 'endpoints.yaml'), {})), deleteTopology);
    const env = { AMQP_URL: amqpUrl(), DATABASE_URL: databaseUrl(), LOG_LEVEL: 'silent' };
    const run = (...args: string[]): Promise<Command> => openCommand({ args, cwd, env });
    const [gateway, , , last] = await Promise.all([
      run('serve'),
      run('work', 'a'),
      run('work', 'b'),
      run('work', 'c'),
    ]);
    const call = async (data: unknown): Promise<{ status: number; body: unknown; tookMs: number }> => {
      const startedMs = performance.now();
      const headers = { 'content-type': 'application/json' };
      const url = `${gateway.url}/${id}`;
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(data) });
      const body: unknown = await answer.json();
      return { status: answer.status, body, tookMs: performance.now() - startedMs };
    };

    const results = await Promise.all(['ok', 'throw', 'refuse', 'text', 'wait'].map(call));
    last.child.kill('SIGTERM');
    await last.exited;
    await until(async () => (await call('ok')).status === 503);
    const away = await call('ok');

    expect(results.map(({ status }) => status)).to.deep.equal([200, 500, 409, 502, 504]);
    expect(results[0]?.body).to.equal(7);
    expect(results[2]?.body).to.include({ code: 'SOLD_OUT', detail: 'none is left' });
    expect(results[4]?.tookMs).to.be.within(1_900, 2_500);
    expect(away.body).to.include({ code: 'NO_WORKER' });
    expect(away.tookMs).to.be.lessThan(100);
  });
});
