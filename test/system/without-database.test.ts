import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openBroker } from '../support/broker.ts';
import { use } from '../support/use.ts';
import { openCommand, openFolder, runCommand } from './command.ts';

const workersIndex = new URL('../../packages/workers/dist/index.js', import.meta.url).href;

const yaml = `
endpoints:
  GET /price/{id}: { rpc: true }
  POST /orders: { fanout: true, body: true }
workers:
  price: { on: "GET /price/{id}", use: ./price.mjs, database: false }
  order: { on: POST /orders, use: ./price.mjs }
`;

describe('a process whose workers use no database', function () {
  this.timeout(120_000);

  it('is ready without DATABASE_URL, small, and leaves no data folder behind', async () => {
    const broker = use(await openBroker(), (broker) => broker.close());
    const env = { AMQP_URL: broker.url, DATA_DIR: '', LOG_LEVEL: 'warn' };
    const cwd = await openFolder();
    await writeFile(join(cwd, 'endpoints.yaml'), yaml);
    await writeFile(
      join(cwd, 'price.mjs'),
      `import { defineHandler } from ${JSON.stringify(workersIndex)};
export default defineHandler(async ({ params }, { db }) => {
  if (params.id === 'db') await db.query('SELECT 1');
  return { cents: 450 };
});
`,
    );

    const gateway = await openCommand({ args: ['serve'], cwd, env });
    const worker = await openCommand({ args: ['work', 'price'], cwd, env });
    const [answer, failed] = await Promise.all(
      ['tea', 'db'].map((id) => fetch(`${gateway.url}/price/${id}`)),
    );
    const status = (await (await fetch(`${worker.adminUrl}/status`)).json()) as {
      readonly memoryBytes: number;
      readonly embedded: readonly string[];
      readonly checks: Readonly<Record<string, string>>;
    };
    const doctor = await runCommand({ args: ['doctor', 'work'], cwd, env });
    const migrate = await runCommand({ args: ['migrate'], cwd, env: { ...env, DATA_DIR: 'other' } });

    expect(await answer?.json()).to.deep.equal({ cents: 450 });
    expect(failed?.status).to.equal(500);
    expect(worker.stderr()).not.to.contain('database');
    expect(worker.stdout()).to.contain('the worker price has no db: the file says `database: false`');
    expect(status.embedded).to.deep.equal([]);
    expect(status.checks).not.to.have.property('database');
    expect(status.memoryBytes).to.be.lessThan(150_000_000);
    // The worker `order` uses one.
    expect(doctor.stdout).to.contain('work needs a database, and neither is set');
    expect(migrate.code).to.equal(0);
    expect((await readdir(cwd)).toSorted()).to.deep.equal(['endpoints.yaml', 'other', 'price.mjs']);
  });
});
