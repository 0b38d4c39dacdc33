import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { type Command, killCommand, runCommand, spawnCommand, untilReady } from '../system/command.ts';
import { fetchTools, runTool } from './tools.ts';
import { typeErrorsOf } from './type-errors.ts';

const workshop = fileURLToPath(new URL('workshop/endpoints.yaml', import.meta.url));

/** The findings of each program, which must be the same for all. */
const expected = {
  accepted: 202,
  order: { id: 7, state: 'open' },
  found: ['tea'],
  notFound: { status: 404, code: 'NO_SUCH_ORDER' },
  refused: { status: 401, code: 'UNAUTHENTICATED' },
};

/** A generator, and a program that uses its output as its readme says. */
interface Generator {
  readonly generate: (folder: string) => Promise<unknown>;
  readonly program: string;
}

const generators: Readonly<Record<string, Generator>> = {
  'openapi-typescript, with openapi-fetch': {
    generate: (folder) =>
      runTool(
        'openapi-typescript',
        ['openapi.json', '-o', 'openapi-typescript/api.ts', '--default-non-nullable=false'],
        folder,
      ),
    program: `import createClient from 'openapi-fetch';
import type { paths } from './api.ts';

export async function call(baseUrl: string, key: string) {
  const api = createClient<paths>({ baseUrl });
  const body = { customer: 'alice', items: [{ article: 'tea' }] };
  const { response } = await api.POST('/orders', { body, headers: { 'x-key': key } });
  const order = await api.GET('/orders/{id}', { params: { path: { id: 7 } } });
  const search = await api.GET('/search', { params: { query: { text: 'tea' } } });
  const missing = await api.GET('/orders/{id}', { params: { path: { id: 404 } } });
  const refused = await api.POST('/orders', { body });
  if (!order.data || !search.data || !missing.error || !refused.error) throw new Error('they have both');
  // @ts-expect-error a customer is text
  void (() => api.POST('/orders', { body: { ...body, customer: 7 } }));
  const state: 'open' | 'paid' | 'sent' = order.data.state;
  const code: 'UNAUTHENTICATED' | 'UNROUTABLE' | (string & {}) = refused.error.code;
  return {
    accepted: response.status,
    order: { id: order.data.id, state },
    found: search.data.map(({ text }) => text),
    notFound: { status: missing.response.status, code: missing.error.code },
    refused: { status: refused.response.status, code },
  };
}
`,
  },
  orval: {
    async generate(folder) {
      const output = { target: './orval/api.ts', client: 'fetch', mode: 'single' };
      const config = { workshop: { input: { target: './openapi.json' }, output } };
      await writeFile(join(folder, 'orval.config.cjs'), `module.exports = ${JSON.stringify(config)};`);
      return runTool('orval', ['--config', 'orval.config.cjs'], folder);
    },
    program: `import { getOrdersById, getSearch, postOrders } from './api.ts';

export async function call(baseUrl: string, key: string) {
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => fetch(baseUrl + String(url).replace('/api/v1', ''), init);
  try {
    return await callAll(key);
  } finally {
    globalThis.fetch = fetch;
  }
}

async function callAll(key: string) {
  const body = { customer: 'alice', items: [{ article: 'tea' }] };
  const accepted = await postOrders(body, { headers: { 'x-key': key } });
  const order = await getOrdersById(7);
  const search = await getSearch({ text: 'tea' });
  const missing = await getOrdersById(404);
  const refused = await postOrders(body);
  if (order.status !== 200 || search.status !== 200) throw new Error('they succeed');
  if (missing.status === 200 || refused.status !== 401) throw new Error('they fail');
  // @ts-expect-error a customer is text
  void (() => postOrders({ ...body, customer: 7 }));
  return {
    accepted: accepted.status,
    order: { id: order.data.id, state: order.data.state },
    found: search.data.map(({ text }) => text),
    notFound: { status: missing.status, code: missing.data.code },
    refused: { status: refused.status, code: refused.data.code },
  };
}
`,
  },
  'hey-api': {
    generate: (folder) =>
      runTool('openapi-ts', ['--input', 'openapi.json', '--output', 'hey-api/api'], folder),
    program: `import { client } from './api/client.gen';
import { getOrdersById, getSearch, postOrders } from './api';

export async function call(baseUrl: string, key: string) {
  client.setConfig({ baseUrl });
  const body = { customer: 'alice', items: [{ article: 'tea' }] };
  const auth = ({ name }: { name?: string }) => (name === 'x-key' ? key : undefined);
  const { response } = await postOrders({ body, auth });
  const order = await getOrdersById({ path: { id: 7 } });
  const search = await getSearch({ query: { text: 'tea' } });
  const missing = await getOrdersById({ path: { id: 404 } });
  const refused = await postOrders({ body });
  if (!order.data || !search.data || !missing.error || !refused.error) throw new Error('they have both');
  // @ts-expect-error a customer is text
  void (() => postOrders({ body: { ...body, customer: 7 } }));
  return {
    accepted: response?.status,
    order: { id: order.data.id, state: order.data.state },
    found: search.data.map(({ text }) => text),
    notFound: { status: missing.response?.status, code: missing.error.code },
    refused: { status: refused.response?.status, code: refused.error.code },
  };
}
`,
  },
};

describe('a generated client', function () {
  this.timeout(180_000);
  let folder = '';
  let command: Command | undefined;

  before('generate the clients, and start the workshop', async () => {
    folder = await makeTemporaryFolder('clients');
    const [tools] = await Promise.all([fetchTools(), startWorkshop(), writeDocument()]);
    await symlink(join(tools, 'node_modules'), join(folder, 'node_modules'));
    await Promise.all(Object.entries(generators).map(([name, generator]) => generateInto(name, generator)));
  });

  after('stop the workshop', async () => {
    if (command) await killCommand(command);
    await rm(folder, { recursive: true, force: true });
  });

  async function startWorkshop(): Promise<void> {
    command = await spawnCommand({ args: ['start', '--file', workshop], cwd: folder });
    await untilReady(command);
  }

  async function writeDocument(): Promise<void> {
    const { stdout } = await runCommand({ args: ['openapi', workshop] });
    await writeFile(join(folder, 'openapi.json'), stdout);
  }

  async function generateInto(name: string, { generate, program }: Generator): Promise<void> {
    const place = join(folder, folderOf(name));
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'program.ts'), program);
    await generate(folder);
  }

  it('has the right types in TypeScript’s strictest mode', () => {
    const programs = Object.keys(generators).map((name) => join(folder, folderOf(name), 'program.ts'));

    expect(typeErrorsOf(programs)).to.deep.equal([]);
  });

  for (const name of Object.keys(generators)) {
    it(`calls a running gateway: ${name}`, async () => {
      const { call } = (await import(pathToFileURL(join(folder, folderOf(name), 'program.ts')).href)) as {
        call: (baseUrl: string, key: string) => Promise<unknown>;
      };

      expect(await call(`${command?.url}/api/v1`, 'a key of the tests')).to.deep.equal(expected);
    });
  }
});

function folderOf(name: string): string {
  return name.split(',')[0] ?? name;
}
