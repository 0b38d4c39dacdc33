import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { databaseUrl } from '../../../../test/support/database.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { openRestmapper, type Restmapper } from '../../src/embed/open-restmapper.ts';

const workers = new URL('../../../workers/src/index.ts', import.meta.url).href;

function handlerWith(cents: string): string {
  return `import { defineHandler } from '${workers}';\nexport default defineHandler(async () => ({ cents: ${cents} }));\n`;
}

const endpoints = `
endpoints:
  GET /price: { rpc: true }
workers:
  price: { on: GET /price, use: ./price.mjs }
`;

interface Project {
  readonly folder: string;
  readonly file: string;
}

async function writeProject(): Promise<Project> {
  const folder = use(await makeTemporaryFolder('embed'), (path) => rm(path, { recursive: true }));
  const file = join(folder, 'endpoints.yaml');
  await writeFile(join(folder, 'price.mjs'), handlerWith('450'));
  await writeFile(file, endpoints);
  return { folder, file };
}

async function open(file: string): Promise<Restmapper> {
  const system = await openRestmapper({ file, port: 0, env: { DATABASE_URL: databaseUrl() } });
  return use(system, (system) => system.close());
}

async function get(system: Restmapper, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${system.url}/api/v1${path}`);
  return { status: response.status, body: await response.json() };
}

/** Settings of a program that an embedded system must not change. */
function listenersOfProcess(): Record<string, number> {
  const names = process.eventNames().filter((name) => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, process.listenerCount(name)]));
}

describe('an embedded system', function () {
  this.timeout(30_000);

  it('answers calls until it is closed', async () => {
    const { file } = await writeProject();
    const system = await open(file);

    const answer = await get(system, '/price');
    const page = await fetch(system.url);
    const [isClean, again] = await Promise.all([system.close(), system.close()]);

    expect(answer).to.deep.equal({ status: 200, body: { cents: 450 } });
    expect(page.headers.get('content-type')).to.include('text/');
    expect([isClean, again]).to.deep.equal([true, true]);
    expect(await fetch(system.url).catch((error: unknown) => error)).to.be.instanceOf(TypeError);
  });

  it('replaces its file, and modules whose code has changed', async () => {
    const { folder, file } = await writeProject();
    const system = await open(file);
    const other = join(folder, 'other.yaml');
    await writeFile(other, endpoints.replaceAll('GET /price', 'GET /cost'));

    await system.replace(other);
    const replaced = [await get(system, '/cost'), await get(system, '/price')];
    await writeFile(join(folder, 'price.mjs'), handlerWith('620'));
    await system.replace();

    expect(replaced.map(({ status }) => status)).to.deep.equal([200, 404]);
    expect(await get(system, '/cost')).to.deep.equal({ status: 200, body: { cents: 620 } });
  });

  it('keeps its file when the next one is invalid', async () => {
    const { folder, file } = await writeProject();
    const system = await open(file);
    const broken = join(folder, 'broken.yaml');
    await writeFile(broken, 'endpoints: 7\n');

    const error: unknown = await system.replace(broken).catch((error: unknown) => error);
    await system.replace();

    expect(error).to.include({ code: 'CONFIG_INVALID' });
    expect(await get(system, '/price')).to.deep.equal({ status: 200, body: { cents: 450 } });
  });

  it('reads no environment variable, and adds no listeners to its process', async () => {
    const { file } = await writeProject();
    const listeners = listenersOfProcess();
    const { AMQP_URL } = process.env;
    process.env['AMQP_URL'] = 'not a URL';
    use(process.env, (env) =>
      AMQP_URL === undefined ? delete env['AMQP_URL'] : (env['AMQP_URL'] = AMQP_URL),
    );

    const system = await open(file);

    expect((await get(system, '/price')).status).to.equal(200);
    expect(listenersOfProcess()).to.deep.equal(listeners);
  });

  it('leaves nothing open if its port is in use, and reports it', async () => {
    const { file } = await writeProject();
    const { url } = await open(file);
    const { port } = new URL(url);

    const options = { file, port: Number(port), env: { DATABASE_URL: databaseUrl() } };
    const error: unknown = await openRestmapper(options).catch((error: unknown) => error);

    expect(error).to.include({ code: 'CONFIG_INVALID' });
    expect(String(error)).to.include(`127.0.0.1:${port} is in use`);
  });

  it('forwards its log', async () => {
    const { file } = await writeProject();
    const lines: string[] = [];
    const add = (_fields: object, message: string): number => lines.push(message);
    const log = { debug: add, info: add, warn: add, error: add };
    const system = await openRestmapper({ file, port: 0, env: { DATABASE_URL: databaseUrl() }, log });
    use(system, (system) => system.close());

    expect((await fetch(`${system.url}/api/v1/nowhere`)).status).to.equal(404);

    expect(lines).to.include('refused');
  });
});
