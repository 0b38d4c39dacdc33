import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConfigError } from '@restmapper/core';
import type { PluginGroup } from '@restmapper/endpoints';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../../test/support/temporary-folder.ts';
import { use } from '../../../../../test/support/use.ts';
import { findPluginFaults, loadPlugins } from '../../../src/handlers/module/load-plugins.ts';

type Files = Readonly<Record<string, string>>;

/** A folder with these files, and a group of plugins in it. */
async function openFolder(files: Files, named: Files = {}, folders: readonly string[] = ['checks']) {
  const directory = use(await makeTemporaryFolder('plugins'), (folder) => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  const group: PluginGroup = {
    name: 'checks',
    modules: Object.entries(named).map(([name, path]) => ({ name, path: join(directory, path) })),
    folders: folders.map((folder) => join(directory, folder)),
  };
  return { directory, group };
}

async function refusalOf(group: PluginGroup, directory: string) {
  const error = (await loadPlugins([group]).catch((thrown: unknown) => thrown)) as ConfigError;
  return { message: error.message.replaceAll(directory, '<dir>'), pointer: error.place?.pointer };
}

const plugin = 'export default 1;';

describe('the plugins of a process', () => {
  it('are the default exports of modules by name, and of those in folders by file', async () => {
    const { directory, group } = await openFolder(
      {
        'tcp.mjs': 'export default "tcp";',
        'checks/http.mjs': 'export default "http";',
        'checks/dns-a.cjs': 'module.exports = "dns";',
        'checks/typed.mts': 'const typed: string = "typed"; export default typed;',
        'checks/compiled.cjs': 'exports.__esModule = true; exports.default = "compiled";',
        'checks/_shared.mjs': '',
        'checks/.hidden.mjs': '',
        'checks/http.test.mjs': 'throw 1;',
        'checks/http.spec.ts': 'throw 1;',
        'checks/typed.d.mts': '',
        'checks/README.md': '',
        'checks/deeper/a.mjs': '',
      },
      { tcp: 'tcp.mjs' },
    );
    await symlink('../tcp.mjs', join(directory, 'checks', 'linked.mjs'));

    const { checks } = await loadPlugins([group]);

    expect(Object.fromEntries(checks ?? [])).to.deep.equal({
      tcp: 'tcp',
      http: 'http',
      'dns-a': 'dns',
      typed: 'typed',
      compiled: 'compiled',
      linked: 'tcp',
    });
    expect(checks?.get('toString')).to.equal(undefined);
  });

  it('are none of a file without any, and of an empty folder', async () => {
    const { group } = await openFolder({ 'checks/README.md': '' });

    expect([...((await loadPlugins([group]))['checks'] ?? [])]).to.deep.equal([]);
    expect(Object.keys(await loadPlugins())).to.deep.equal([]);
  });

  for (const [title, files, named, says, pointer = '/plugins/checks/from'] of [
    [
      'two of one name',
      { 'checks/tcp.mjs': plugin, 'tcp.mjs': plugin },
      { tcp: 'tcp.mjs' },
      'plugins checks: two plugins have the name tcp: <dir>/tcp.mjs and <dir>/checks/tcp.mjs; rename or remove one',
    ],
    [
      'a module and its compiled twin',
      { 'checks/tcp.ts': plugin, 'checks/tcp.js': plugin },
      {},
      'plugins checks: two plugins have the name tcp: <dir>/checks/tcp.js and <dir>/checks/tcp.ts; rename or remove one',
    ],
    [
      'a missing folder',
      {},
      {},
      'plugins checks: the folder <dir>/checks does not exist; a relative path begins at the folder of the file that names it',
    ],
    [
      'a file as a folder',
      { checks: '' },
      {},
      'plugins checks: the folder <dir>/checks is a file; name it as a plugin: `tcp: ./checks/tcp.ts`',
    ],
    [
      'a missing module',
      { 'checks/a.mjs': plugin },
      { tcp: 'tcp.ts' },
      'plugin tcp of checks: cannot load <dir>/tcp.ts: there is no such file; a relative path begins at the folder of the file that names it',
      '/plugins/checks/tcp',
    ],
    [
      'a module that throws',
      { 'checks/a.mjs': 'throw new Error("no licence");' },
      {},
      'plugin a of checks: cannot load <dir>/checks/a.mjs: it throws while it is loaded: Error: no licence (<dir>/checks/a.mjs:1)',
      '/plugins/checks/from',
    ],
    [
      'a module in a folder without a default export',
      { 'checks/a.mjs': 'export const a = 1;' },
      {},
      'plugin a of checks: <dir>/checks/a.mjs has no default export; write `export default …`, or begin its name with `_` if it is not a plugin',
      '/plugins/checks/from',
    ],
    [
      'a module by name without a default export',
      { 'checks/a.mjs': plugin, 'tcp.mjs': 'export const a = 1;' },
      { tcp: 'tcp.mjs' },
      'plugin tcp of checks: <dir>/tcp.mjs has no default export; write `export default …`',
      '/plugins/checks/tcp',
    ],
  ] as const) {
    it(`are refused with ${title}`, async () => {
      const { directory, group } = await openFolder(files, named);

      expect(await refusalOf(group, directory)).to.deep.equal({ message: says, pointer });
    });
  }

  it('are checked one by one', async () => {
    const { group } = await openFolder({
      'checks/a.mjs': 'throw 1;',
      'checks/b.mjs': 'x',
      'checks/c.mjs': plugin,
    });
    const missing = { ...group, name: 'others', folders: ['/nowhere'] };

    const faults = await findPluginFaults([group, missing]);

    expect(faults.map(({ message }) => message.split(':')[0])).to.deep.equal([
      'plugin a of checks',
      'plugin b of checks',
      'plugins others',
    ]);
  });
});
