import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { expectedOutput } from '../support/doc-examples.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { use } from '../support/use.ts';
import { openCommand, runCommand } from '../system/command.ts';
import { fetchTools, runTool } from './tools.ts';
import { typeErrorsOf } from './type-errors.ts';

/** The example of docs/endpoints-yaml.md. */
async function readExample(): Promise<string> {
  const text = await readFile('docs/endpoints-yaml.md', 'utf8');
  const [, section = ''] = text.split('## How do I call it from TypeScript?');
  return /^```ts\n(.*?)^```/ms.exec(section)?.[1] ?? '';
}

describe('the typed client of the documentation', function () {
  this.timeout(180_000);

  it('has the right types, and prints the documented output', async () => {
    const folder = use(await makeTemporaryFolder('typescript'), (path) => rm(path, { recursive: true }));
    const [tools, { url }, example] = await Promise.all([
      fetchTools(),
      openCommand({ args: ['start', '--file', resolve('endpoints.yaml')], cwd: folder }),
      readExample(),
    ]);
    await mkdir(join(folder, 'node_modules/@restmapper'), { recursive: true });
    await symlink(join(tools, 'node_modules/openapi-fetch'), join(folder, 'node_modules/openapi-fetch'));
    await symlink(resolve('packages/client'), join(folder, 'node_modules/@restmapper/client'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const program = join(folder, 'program.ts');
    await writeFile(program, example.replaceAll('127.0.0.1:8080', new URL(url).host));
    const { stdout: types } = await runCommand({ args: ['types'] });
    await writeFile(join(folder, 'types.ts'), types);
    const api = [`${url}/api/v1/openapi.json`, '--output', 'api.ts', '--default-non-nullable=false'];
    await runTool('openapi-typescript', api, folder);

    expect(typeErrorsOf([program])).to.deep.equal([]);
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const args = ['--experimental-websocket', '--import', tsx, program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });

    expect(stdout).to.equal(expectedOutput(example));
    expect(stdout).to.include('hello');
  });
});
