import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '@restmapper/core';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { Client } from 'pg';
import { amqpUrl, deleteTopology } from '../../../../test/support/amqp.ts';
import { databaseUrl } from '../../../../test/support/database.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import type { RoleName } from '../../src/process/role.ts';
import { createService, type Service } from '../../src/process/service.ts';
import { parseSettings } from '../../src/process/settings.ts';
import { openSystem, type System } from '../../src/roles/open-system.ts';
import { roles } from '../../src/roles/roles.ts';

const workersUrl = new URL('../../../workers/src/index.ts', import.meta.url).href;

interface Project {
  readonly folder: string;
  /** The model with these further workers. */
  readonly modelWith: (workers: string) => Model;
  /** The table that the worker `store` appends to. */
  readonly table: string;
}

/** A project whose worker `price` uses no database. */
async function writeProject(): Promise<Project> {
  const folder = use(await makeTemporaryFolder('database-use'), (path) => rm(path, { recursive: true }));
  await writeFile(
    join(folder, 'price.mjs'),
    `import { defineHandler } from '${workersUrl}';\nexport default defineHandler(async () => ({ cents: 450 }));\n`,
  );
  const id = randomUUID().slice(0, 8);
  const table = `use_${id}`;
  const modelWith = (workers: string): Model =>
    parseEndpoints(
      `endpoints:
  GET /price-${id}: { rpc: true }
  POST /orders-${id}: { fanout: true, body: true }
workers:
  price: { on: GET /price-${id}, use: ./price.mjs, database: false }
  ${workers.replaceAll('ID', id)}`,
      { file: 'endpoints.yaml', directory: folder },
    );
  return { folder, modelWith, table };
}

const store = 'store: { on: POST /orders-ID, use: append, table: use_ID }';

interface Opened {
  readonly service: Service;
  readonly open: () => Promise<System>;
}

function createProcess(name: RoleName, model: Model, env: Record<string, string>): Opened {
  const role = roles[name];
  const settings = parseSettings({ PORT: '0', ADMIN_PORT: '0', ...env }, { role, readFile: () => '' });
  if (env['AMQP_URL'] !== undefined) use(model, (model) => deleteTopology(topologyOf(model)));
  const service = createService({ role, settings, model, log: silentLog });
  use(service, () => service.closers.closeAll({ timeoutMs: 5_000, log: silentLog }));
  return { service, open: () => openSystem(service, role) };
}

async function post(url: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: '{}' })).status;
}

describe('a process none of whose workers uses a database', function () {
  this.timeout(30_000);

  it('opens none, and does not report on one', async () => {
    const { folder, modelWith } = await writeProject();
    const dataDir = join(folder, 'data');
    const { service, open } = createProcess('start', modelWith(''), { DATA_DIR: dataDir });

    const { urls } = await open();
    const [path = ''] = service.model.endpoints.map(({ path }) => path);
    const answer = await fetch(`${urls[1]?.[1]}${path.slice(1)}`);

    expect(await answer.json()).to.deep.equal({ cents: 450 });
    const { embedded, checks } = await service.status();
    expect(embedded).to.deep.equal(['bus']);
    expect(checks).not.to.have.property('database');
    expect(existsSync(dataDir)).to.equal(false);
  });

  it('opens it when a worker comes that uses it', async () => {
    const { modelWith, table } = await writeProject();
    const { service, open } = createProcess('start', modelWith(''), { DATABASE_URL: databaseUrl() });
    const client = use(new Client({ connectionString: databaseUrl() }), (client) => client.end());
    await client.connect();
    use(table, () => client.query(`DROP TABLE IF EXISTS ${table}`));
    const system = await open();

    await system.replace(modelWith(store));
    const [, orders = ''] = service.model.endpoints.map(({ path }) => path);
    const status = await post(`${system.urls[1]?.[1]}${orders.slice(1)}`);
    await system.settled();

    expect(status).to.equal(200);
    expect((await service.status()).checks).to.include({ database: 'ok' });
  });

  it('needs no DATABASE_URL to work', async () => {
    const { modelWith } = await writeProject();
    const { service, open } = createProcess('work', modelWith(''), { AMQP_URL: amqpUrl() });

    await open();

    expect(service.settings.databaseUrl).to.equal(undefined);
    expect((await service.status()).embedded).to.deep.equal([]);
  });
});

describe('a process with a worker that uses a database', function () {
  this.timeout(30_000);

  it('does not work without DATABASE_URL or DATA_DIR', async () => {
    const { modelWith } = await writeProject();
    const { open } = createProcess('work', modelWith(store), { AMQP_URL: amqpUrl() });

    const failure: unknown = await open().catch((error: unknown) => error);

    expect(String(failure)).to.equal(
      'ConfigError: work needs DATABASE_URL: the worker store uses the database. Set it, set DATA_DIR for an embedded one, or let the worker say `database: false`',
    );
  });

  it('stays as it is when the next model needs a database that has no name', async () => {
    const { modelWith } = await writeProject();
    const { service, open } = createProcess('work', modelWith(''), { AMQP_URL: amqpUrl() });
    const system = await open();

    const failure: unknown = await system.replace(modelWith(store)).catch((error: unknown) => error);

    expect(String(failure)).to.contain('work needs DATABASE_URL');
    expect(service.model.workers.map(({ name }) => name)).to.deep.equal(['price']);
  });
});
