import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { encodeEnvelope, openMemoryBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { createLive } from '@restmapper/liveupdate';
import { expect } from 'chai';
import ts from 'typescript';
import { useTestDatabase } from '../../packages/workers/test/support/databases.ts';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { expectedOutput, findDocExamples } from '../support/doc-examples.ts';
import { freePorts } from '../support/free-ports.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { use } from '../support/use.ts';

/** The functions that users call first. */
const firstCalled = [
  'connectLive',
  'createContext',
  'createGateway',
  'createLive',
  'defineHandler',
  'openAmqpBus',
  'openApiOf',
  'openAuthenticator',
  'openEmbedded',
  'openMemoryBus',
  'openPostgres',
  'openTestSystem',
  'openWorkers',
  'parseEndpoints',
  'topologyOf',
];

const examples = findDocExamples();
const run = promisify(execFile);

describe('an example in a doc comment', function () {
  // The embedded database may be slow on a busy machine.
  this.timeout(180_000);

  it('exists for each function that users call first', () => {
    const names = new Set(examples.map(({ name }) => name));

    expect(firstCalled.filter((name) => !names.has(name))).to.deep.equal([]);
  });

  it('has the right types', async () => {
    const folder = await openFolder();
    const files = examples.map(({ name }, index) => join(folder, `${index}-${name}.ts`));
    await Promise.all(files.map((file, index) => writeFile(file, examples[index]?.text ?? '')));

    expect(typeErrorsOf(files)).to.deep.equal([]);
  });

  for (const { name, text } of examples) {
    it(`of ${name} can be pasted and runs`, async () => {
      const folder = await openFolder();
      const { orders, port, pasted } = await standIn(text);
      if (name === 'connectLive') await serveFeed(orders, port);
      const file = join(folder, 'example.js');
      await writeFile(
        file,
        ts.transpile(pasted, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }),
      );

      const { stdout, stderr } = await run(process.execPath, ['--experimental-websocket', file], {
        cwd: folder,
        timeout: 150_000,
      });

      expect({ stdout, stderr }).to.deep.equal({ stdout: expectedOutput(pasted), stderr: '' });
    });
  }
});

/** A folder with a project that has the packages. */
async function openFolder(): Promise<string> {
  const folder = use(await makeTemporaryFolder('examples'), (path) => rm(path, { recursive: true }));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** An example with the servers of the test run, and a unique name. */
async function standIn(text: string): Promise<{ orders: string; port: number; pasted: string }> {
  const orders = `orders_${randomUUID().replaceAll('-', '')}`;
  const [port = 0] = await freePorts(1);
  if (text.includes('amqp://')) {
    use({ exchanges: [{ name: orders }], queues: [{ name: orders }] }, deleteTopology);
  }
  const databaseUrl = text.includes('postgres://') ? (await useTestDatabase()).url : '';
  const pasted = text
    .replaceAll('amqp://guest:guest@127.0.0.1:5672', amqpUrl())
    .replaceAll('postgres://postgres@127.0.0.1:5432/postgres', databaseUrl)
    .replaceAll('8080', String(port))
    .replaceAll('orders', orders);
  return { orders, port, pasted };
}

/** Serves a feed with one message. */
async function serveFeed(feed: string, port: number): Promise<void> {
  const text = `endpoints: { POST /${feed}: { fanout: true, feed: ${feed} } }`;
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/' });
  const bus = use(openMemoryBus({ topology: topologyOf(model) }), (bus) => bus.close());
  const live = use(createLive({ model, bus, log: silentLog }), (live) => live.close({ timeoutMs: 100 }));
  const server = createServer(live.handleRequest).on('upgrade', live.handleUpgrade).listen(port);
  use(server, () => server.close());
  const message = {
    body: encodeEnvelope({ data: Buffer.from('{"count":2}'), args: Buffer.from('null') }),
    messageId: createMessageId(),
    type: `POST /${feed}`,
    timestampMs: Date.now(),
    headers: {},
  };
  await bus.publish(`/${feed}:POST`, message, { deadlineEpochMs: Date.now() + 5_000 });
}

/** The type errors in files for a user of the built packages. */
function typeErrorsOf(files: readonly string[]): readonly string[] {
  const program = ts.createProgram(files, {
    strict: true,
    noUncheckedIndexedAccess: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
    skipLibCheck: true,
    noEmit: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
