import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readBlocks } from '../../../../test/docs/document-blocks.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { openTestSystem } from '../../src/testing/open-test-system.ts';

const worker = new URL('../../../workers/src/index.ts', import.meta.url).href;

/** Writes the files of the documentation's example, and one more plugin. */
async function writeExample(): Promise<string> {
  const folder = use(await makeTemporaryFolder('plugins'), (path) => rm(path, { recursive: true }));
  for (const { attributes, text } of readBlocks('docs/workers.md')) {
    const name = attributes['file'];
    if (name !== undefined)
      await writeFile(join(folder, name), text.replace("'restmapper/worker'", `'${worker}'`));
  }
  await mkdir(join(folder, 'more'));
  await writeFile(join(folder, 'more', 'never.mjs'), 'export default { isUp: () => false };');
  return folder;
}

describe('the documented example of plugins', function () {
  this.timeout(60_000);

  it('finds plugins by name, from the file and from a folder', async () => {
    const folder = await writeExample();
    const env = { CHECK_PLUGINS: './more' };
    const system = use(await openTestSystem(join(folder, 'endpoints.yaml'), { env }), (it) => it.close());
    const check = async (type: string) => {
      const { status, body } = await system.request('POST', `/checks/${type}`, { body: { target: 'host' } });
      return [status, body];
    };

    expect(await check('length')).to.deep.equal([200, { isUp: true }]);
    expect(await check('never')).to.deep.equal([200, { isUp: false }]);
    expect((await check('tcp'))[0]).to.equal(404);
  });
});
