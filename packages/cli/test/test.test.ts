import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Terminal } from '@restmapper/host';
import { expect } from 'chai';
import { databaseUrl } from '../../../test/support/database.ts';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { use } from '../../../test/support/use.ts';
import { runProgram } from '../src/program.ts';

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[]): Promise<Run> {
  const printed = { stdout: '', stderr: '' };
  const terminal = {
    env: {},
    print: (text: string) => (printed.stdout += text),
    printError: (text: string) => (printed.stderr += text),
  };
  const code = await runProgram(['test', ...args], terminal as unknown as Terminal);
  return { code, ...printed };
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = use(await makeTemporaryFolder('test-command'), (path) => rm(path, { recursive: true }));
  await mkdir(join(folder, 'below'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const endpoints = 'endpoints: { POST /orders: { fanout: true, body: { type: object }, feed: orders } }\n';
const passing = 'cases:\n  one passes: [{ request: POST /orders, body: {} }]\n';
const failing = `${passing}  one fails:\n    - request: POST /orders\n      body: 1\n      expect: { status: 200 }\n`;

describe('test', function () {
  this.timeout(60_000);

  it('passes the cases of the example shop', async () => {
    const { code, stdout } = await run(['examples/shop', '--database', databaseUrl()]);

    expect(stdout).to.match(/\n9 passed, 0 failed in \d+\.\d s\n$/);
    expect(code).to.equal(0);
  });

  it('prints each difference with its place, and exits with 1', async () => {
    const folder = await folderWith({ 'endpoints.yaml': endpoints, 'a.test.yaml': failing });
    const file = join(folder, 'a.test.yaml');

    const { code, stdout, stderr } = await run([file]);

    expect(stdout.replaceAll(/\d+(\.\d)? (?=m?s\b)/g, '0 ')).to.equal(`${file}
  pass  one passes  0 ms
  FAIL  one fails  0 ms
        ${file}:6:25 status is 422, not 200: INVALID_BODY, the request body does not match its schema
          4 |     - request: POST /orders
          5 |       body: 1
          6 |       expect: { status: 200 }
            |                         ^

1 passed, 1 failed in 0 s
`);
    expect([code, stderr]).to.deep.equal([1, '']);
  });

  it('prints the results as JSON', async () => {
    const folder = await folderWith({ 'endpoints.yaml': endpoints, 'a.test.yaml': failing });
    const file = join(folder, 'a.test.yaml');

    const { code, stdout } = await run([file, '--json']);

    const { files, ...counts } = JSON.parse(stdout);
    expect([code, counts]).to.deep.equal([1, { passed: 1, failed: 1 }]);
    expect(files[0]).to.have.property('file', file);
    expect(files[0].cases[0]).to.deep.include({ title: 'one passes', line: 2, passed: true, problems: [] });
    expect(files[0].cases[1].problems).to.deep.equal([
      {
        file,
        line: 6,
        column: 25,
        pointer: '/cases/one fails/0/expect/status',
        message: 'status is 422, not 200: INVALID_BODY, the request body does not match its schema',
        expected: 200,
        actual: 422,
      },
    ]);
  });

  it('runs the files of a folder, and only the cases with a title', async () => {
    const folder = await folderWith({
      'endpoints.yaml': endpoints,
      'a.test.yaml': passing,
      'b.test.yml': failing,
      'c.yaml': 'cases: none',
    });

    const all = await run([folder]);
    const some = await run([folder, '--grep', 'passes']);
    const none = await run([folder, '--grep', 'nothing']);

    expect(all.stdout).to.match(/^2 passed, 1 failed/m);
    expect(some)
      .to.include({ code: 0 })
      .and.property('stdout')
      .that.matches(/^2 passed, 0 failed/m);
    expect(none).to.deep.equal({
      code: 2,
      stdout: '',
      stderr: 'no case has a title that contains "nothing"\n',
    });
  });

  it('runs the other files when one cannot run', async () => {
    const folder = await folderWith({
      'endpoints.yaml': endpoints,
      'a.test.yaml': `file: ./gone.yaml\n${passing}`,
      'b.test.yaml': passing,
    });

    const { code, stdout } = await run([folder]);

    expect(stdout).to.contain(
      'gone.yaml, which does not exist; name the file under test with the key `file`',
    );
    expect(stdout).to.match(/^1 passed, 1 failed/m);
    expect(code).to.equal(1);
  });

  it('reports why a server cannot be used, without its password', async () => {
    const folder = await folderWith({ 'endpoints.yaml': endpoints, 'a.test.yaml': passing });

    const { code, stdout } = await run([folder, '--database', 'postgres://me:secret@127.0.0.1:1/x']);

    expect(stdout)
      .to.contain('no schema can be created in postgres://127.0.0.1:1/x: ')
      .and.not.contain('secret');
    expect(code).to.equal(1);
  });

  it('runs nothing when a file of cases is invalid', async () => {
    const folder = await folderWith({
      'endpoints.yaml': endpoints,
      'a.test.yaml': passing,
      'b.test.yaml': 'cases:\n  a:\n    - { reqest: GET /a }\n',
    });

    const error: unknown = await run([folder]).catch((error: unknown) => error);

    expect(error)
      .to.include({ code: 'CONFIG_INVALID' })
      .and.property('message')
      .that.contains('b.test.yaml:3:9 unknown key `reqest`; did you mean `request`?\n  1 | cases:');
  });

  it('reports which folder has no cases, and which place does not exist', async () => {
    const folder = await folderWith({});

    const empty = await run([folder]);
    const missing: unknown = await run(['gone']).catch((error: unknown) => error);

    expect([empty.code, empty.stderr]).to.deep.equal([
      2,
      `there is no *.test.yaml file in ${folder}; name a file of test cases, or its folder\n`,
    ]);
    expect(missing).to.include({ code: 'CONFIG_INVALID', message: 'gone does not exist' });
  });
});
