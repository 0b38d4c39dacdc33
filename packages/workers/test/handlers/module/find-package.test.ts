import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../../test/support/temporary-folder.ts';
import { use } from '../../../../../test/support/use.ts';
import { findPackage } from '../../../src/handlers/module/find-package.ts';

describe('a package that a module can import', () => {
  it('is found as soon as it is installed, in a folder above', async () => {
    const folder = use(await makeTemporaryFolder('package'), (path) => rm(path, { recursive: true }));
    const module = join(folder, 'workers/quote.ts');
    const installed = join(folder, 'node_modules/late');
    // Node looks for the package only in folders that exist.
    await mkdir(join(folder, 'node_modules'));
    const before = findPackage('late', module);

    await mkdir(join(installed, 'lib'), { recursive: true });
    await writeFile(join(installed, 'package.json'), '{ "exports": "./lib/late.js" }');
    await writeFile(join(installed, 'lib/late.js'), '');

    expect(before).to.equal(undefined);
    expect(findPackage('late', module)).to.equal(await realpath(join(installed, 'lib/late.js')));
  });

  it('is not found if it cannot be loaded', async () => {
    const folder = use(await makeTemporaryFolder('package'), (path) => rm(path, { recursive: true }));
    await mkdir(join(folder, 'node_modules/empty'), { recursive: true });

    expect(findPackage('empty', join(folder, 'quote.ts'))).to.equal(undefined);
  });
});
