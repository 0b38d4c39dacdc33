import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { use } from '../support/use.ts';

/** The files that a document shows: blocks whose first line is a comment with a file name. */
const files = [
  ...readFileSync('docs/testing.md', 'utf8').matchAll(/^```\w+\n(?:\/\/|#) (\S+)\n(.*?)^```$/gms),
];

async function openProject(): Promise<string> {
  const folder = use(await makeTemporaryFolder('testing-page'), (path) => rm(path, { recursive: true }));
  for (const [, name = '', text = ''] of files) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

const fromSource = ['--conditions=@restmapper/source', '--import', 'tsx'];

describe('docs/testing.md', function () {
  this.timeout(120_000);

  for (const [name, count] of [
    ['quote.test.ts', 2],
    ['system.test.ts', 4],
  ] as const) {
    it(`shows tests that pass: ${name}`, async () => {
      const cwd = await openProject();

      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...fromSource, '--test', '--test-reporter=tap', name],
        { cwd },
      );

      expect(stdout)
        .to.match(new RegExp(`^# pass ${count}$`, 'm'))
        .and.match(/^# fail 0$/m);
    });
  }

  it('shows cases that pass', async () => {
    const cwd = await openProject();
    const main = resolve('packages/cli/src/main.ts');

    const { stdout } = await promisify(execFile)(process.execPath, [...fromSource, main, 'test'], { cwd });

    expect(stdout).to.match(/^6 passed, 0 failed in /m);
  });
});
