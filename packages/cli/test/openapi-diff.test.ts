import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Terminal } from '@restmapper/host';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { use } from '../../../test/support/use.ts';
import { runProgram } from '../src/program.ts';

async function run(args: readonly string[], input = '') {
  let stdout = '';
  let stderr = '';
  const terminal = {
    env: {},
    print: (text: string) => (stdout += text),
    printError: (text: string) => (stderr += text),
    readInput: async () => input,
  };
  const code = await runProgram(['openapi', ...args], terminal as unknown as Terminal);
  return { code, stdout, stderr };
}

async function fileWith(text: string, name = 'endpoints.yaml'): Promise<string> {
  const folder = await makeTemporaryFolder('openapi-diff');
  use(folder, () => rm(folder, { recursive: true }));
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const older =
  'endpoints: { GET /a: { rpc: true, query: { properties: { q: true } } }, GET /b: { rpc: true } }';
const newer =
  'endpoints: { GET /a: { rpc: true, query: { properties: { q: { default: 1 } } } }, GET /c: { rpc: true } }';

describe('openapi diff', () => {
  it('lists breaking changes first, and exits with 1', async () => {
    const { code, stdout } = await run(['diff', await fileWith(older), await fileWith(newer)]);

    expect(stdout.split('\n')).to.deep.equal([
      'breaking: GET /b: was removed',
      'compatible: GET /a, query parameter q: has the default 1 now',
      'compatible: GET /c: is new',
      '1 breaking, 0 unclear, 2 compatible',
      '',
    ]);
    expect(code).to.equal(1);
  });

  it('reads standard input, and what openapi prints', async () => {
    const file = await fileWith(older);
    const printed = await run([file]);

    const same = await run(['diff', '-', file], printed.stdout);

    expect(same).to.deep.equal({ code: 0, stdout: 'no changes\n', stderr: '' });
  });

  it('prints JSON', async () => {
    const { stdout } = await run(['diff', '--json', await fileWith(older), await fileWith(newer)]);

    const report = JSON.parse(stdout);
    expect(report).to.have.property('breaking', true);
    expect(report.changes).to.deep.include({
      severity: 'breaking',
      endpoint: 'GET /b',
      message: 'was removed',
    });
  });

  it('fails for an unclear change only if requested', async () => {
    const text = (pattern: string) =>
      `endpoints: { POST /a: { fanout: true, body: { pattern: ${pattern} } } }`;
    const files = [await fileWith(text('^a')), await fileWith(text('^b'))];

    expect(await run(['diff', ...files])).to.include({ code: 0 });
    expect(await run(['diff', '--strict', ...files])).to.include({ code: 1 });
  });

  it('refuses what it cannot compare', async () => {
    const file = await fileWith(older);
    const refusal = async (...args: readonly string[]) =>
      await run(['diff', ...args]).then(
        ({ code }) => code,
        (error: unknown) => String(error),
      );

    expect(await refusal('-', '-')).to.equal(2);
    expect(await refusal(file)).to.equal(2);
    expect(await refusal(file, '/nowhere.yaml')).to.contain('/nowhere.yaml does not exist');
    expect(await refusal(await fileWith('{ "openapi": "3.0.3" }', 'api.json'), file)).to.contain(
      'is OpenAPI 3.0.3, and only OpenAPI 3.1 can be compared',
    );
    expect(await refusal(file, await fileWith('endpoints: 1'))).to.contain('must be');
  });
});
