import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type TypeScript from 'typescript';
import { fetchTypeScript } from './fetched.ts';
import { execute, shareTarballs } from './tarballs.ts';

const worker = `
interface Order extends EndpointTypes {
  readonly body: { readonly count: number };
  readonly reply: { readonly cents: number };
}

async function countOf(db: Database): Promise<number> {
  const [row] = await db.query<{ count: number }>('SELECT $1::int AS count', [Buffer.from('1')]);
  return row?.count ?? 0;
}

export const handler = defineHandler<Order>(async ({ data }, { db, publish, signal }: HandlerContext) => {
  if (signal.aborted) throw new Retry(1_000);
  if (data.count < 1) throw new RequestError(422, 'TOO_FEW', { headers: { 'retry-after': '1' } });
  await publish('POST /orders/', { data });
  const count = await countOf(db).catch((error: unknown) => {
    throw error instanceof DatabaseError ? new Reject(error.code) : error;
  });
  return { cents: data.count * count };
});
export const count: Call<number>['data'] = 1;
// @ts-expect-error the reply is not as the endpoint says
export const wrong = defineHandler<Order>(async () => ({ cents: 'many' }));
`;

const imports = `import { type Call, type Database, DatabaseError, defineHandler, type EndpointTypes,
  type HandlerContext, Reject, RequestError, Retry } from 'restmapper/worker';`;

const testing = `import { createCall, createContext, openTestSystem, type TestSystem } from 'restmapper/testing';
import { defineHandler } from 'restmapper/worker';

const { handle } = defineHandler<{ count: number }>(async ({ data }) => data.count);

export async function check(file: string): Promise<unknown> {
  const { published, logged } = createContext({ db: { query: async () => [] } });
  const reply = await handle(createCall({ data: { count: 1 } }), createContext());
  const system: TestSystem = await openTestSystem(file, { database: 'none', workers: [] });
  system.stub('GET /a', { a: 1 });
  const { status, body, headers } = await system.request('GET', '/a', { headers: { accept: '*/*' } });
  const ids: readonly string[] = system.published('GET /a').map(({ id }) => id);
  await system.close();
  return [published, logged, reply, status, body, headers['etag'], ids];
}
`;

const embed = `import { type Log, openRestmapper, type Restmapper } from 'restmapper/embed';

export async function serve(log: Log): Promise<string> {
  const system: Restmapper = await openRestmapper({ file: 'a.yaml', env: { PORT: '1' }, port: 0, workers: [], log });
  await system.replace('b.yaml');
  const isClean: boolean = await system.close();
  return isClean ? system.url : '';
}
`;

const client = `import { connectLive, type LiveMessage } from '@restmapper/client';

export async function follow(show: (message: LiveMessage) => void): Promise<void> {
  const live = connectLive('ws://127.0.0.1:8080/ws/v1/', { token: () => 'secret' });
  for await (const message of live.subscribe('orders', { mode: 'tail:1' })) show(message);
}

export async function count(): Promise<number> {
  const live = connectLive<{ readonly orders: { readonly count: number } }>('/ws/v1/');
  // @ts-expect-error there is no such feed
  live.subscribe('order');
  for await (const { data } of live.subscribe('orders')) return data.count;
  return 0;
}
`;

const files = {
  'worker.mts': imports + worker,
  'worker.cts': imports + worker,
  'worker.ts': imports + worker,
  'embed.mts': embed,
  'embed.cts': embed,
  'embed.ts': embed,
  'testing.mts': testing,
  'testing.cts': testing,
  'testing.ts': testing,
  'client.mts': client,
  'client.cts': client,
  'client.ts': client,
};

/** Typical setups of a project: its files, and the options that matter. */
const settings: Readonly<Record<string, { files: readonly (keyof typeof files)[]; options: object }>> = {
  'for Node, as ES modules and CommonJS': {
    files: [
      'worker.mts',
      'worker.cts',
      'testing.mts',
      'testing.cts',
      'embed.mts',
      'embed.cts',
      'client.mts',
      'client.cts',
    ],
    options: { module: 'nodenext', types: ['node'] },
  },
  'for a bundler and browsers': {
    files: ['client.ts'],
    options: { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [] },
  },
  'as TypeScript was long set up': {
    files: ['worker.ts', 'testing.ts', 'embed.ts', 'client.ts'],
    options: { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true, types: ['node'] },
  },
};

describe('the packed types', function () {
  this.timeout(120_000);
  const tarballs = shareTarballs();
  const compilers: Record<string, typeof TypeScript> = {};
  let project = '';

  before('unpack', async () => {
    const require = createRequire(import.meta.url);
    compilers['5.4'] = require(await fetchTypeScript()) as typeof TypeScript;
    compilers['6.0'] = require('typescript') as typeof TypeScript;
    project = join(tarballs().folder, 'types');
    for (const [name, tarball] of [
      ['restmapper', tarballs().restmapper],
      ['@restmapper/client', tarballs().client],
    ] as const) {
      const folder = join(project, 'node_modules', name);
      await mkdir(folder, { recursive: true });
      await execute('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
    }
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  });

  /** The compiler errors in the files and in all of our declarations that they reach. */
  function errorsOf(version: string, title: string): readonly string[] {
    const ts = compilers[version];
    const setting = settings[title];
    if (!ts || !setting) throw new Error(`no ${version}, or not ${title}`);
    const given = { strict: true, exactOptionalPropertyTypes: true, target: 'es2022', ...setting.options };
    const { options, errors } = ts.convertCompilerOptionsFromJson(given, project);
    const program = ts.createProgram(
      setting.files.map((file) => join(project, file)),
      { ...options, skipLibCheck: false, noEmit: true, typeRoots: [resolve('node_modules/@types')] },
    );
    // Errors in other packages' declarations are ignored.
    const checked = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(project));
    const found = [
      ...errors,
      ...program.getOptionsDiagnostics(),
      ...checked.flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ]),
    ];
    expect(checked).to.have.length.above(10);
    return found.map(({ file, messageText }) => {
      return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  }

  for (const title of Object.keys(settings)) {
    it(`compile with TypeScript 5.4 ${title}`, () => {
      expect(compilers['5.4']?.version).to.match(/^5\.4\./);
      expect(errorsOf('5.4', title)).to.deep.equal([]);
    });
  }

  for (const title of Object.keys(settings).slice(0, 2)) {
    it(`compile with TypeScript 6 ${title}`, () => {
      expect(compilers['6.0']?.version).to.match(/^6\./);
      expect(errorsOf('6.0', title)).to.deep.equal([]);
    });
  }
});
