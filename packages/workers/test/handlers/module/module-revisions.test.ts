import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Model, parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../../test/support/temporary-folder.ts';
import { use } from '../../../../../test/support/use.ts';
import { importModule } from '../../../src/handlers/module/import-module.ts';
import { loadPlugins } from '../../../src/handlers/module/load-plugins.ts';
import { ModuleRevisions } from '../../../src/handlers/module/module-revisions.ts';

type Files = Readonly<Record<string, string>>;

async function openProject(files: Files, uses: readonly string[] = ['./a.mjs'], more = '') {
  const directory = use(await makeTemporaryFolder('revisions'), (folder) => rm(folder, { recursive: true }));
  const save = async (changed: Files): Promise<void> => {
    for (const [name, text] of Object.entries(changed)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text);
    }
  };
  await save(files);
  const workers = uses.map((path, place) => `w${place}: { on: POST /a, queue: q${place}, use: ${path} }`);
  const text = `endpoints: { POST /a: { fanout: true, body: true } }\nworkers: { ${workers.join(', ')} }\n${more}`;
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory });
  const revisions = new ModuleRevisions(model, () => true);
  const load = async (loaded: Model): Promise<readonly unknown[]> => {
    const found: unknown[] = [];
    for (const { use } of loaded.workers) {
      if (use.kind !== 'module') continue;
      found.push(((await importModule(use.path, use.revision)) as { default: unknown }).default);
    }
    return found;
  };
  /** Loads the current file, like a replaced model. */
  const reload = async (): Promise<readonly unknown[]> => {
    const { model: next, accept } = await revisions.revise(model);
    const found = await load(next);
    accept();
    return found;
  };
  return { directory, model, revisions, save, load, reload };
}

const random = 'export const state = Math.random();';

describe('the revisions of modules', () => {
  for (const [kind, entry, imported] of [
    [
      'ES modules',
      ['a.mjs', "import { b } from './b.mjs'; export default b;"],
      ['b.mjs', (n: number) => `export const b = ${n};`],
    ],
    [
      'CommonJS',
      ['a.cjs', "module.exports = require('./b').b;"],
      ['b.cjs', (n: number) => `exports.b = ${n};`],
    ],
    ['JSON', ['a.cjs', "module.exports = require('./b.json').b;"], ['b.json', (n: number) => `{"b":${n}}`]],
    [
      'TypeScript',
      ['a.mts', "import { b } from './b.mjs'; const a: number = b; export default a;"],
      ['b.mts', (n: number) => `export const b: number = ${n};`],
    ],
  ] as const) {
    it(`load a module again whose import has changed: ${kind}`, async () => {
      const first = { [entry[0]]: entry[1].replace("'./b'", "'./b.cjs'"), [imported[0]]: imported[1](1) };
      const { model, save, load, reload } = await openProject(first, [`./${entry[0]}`]);
      const found = [...(await load(model))];

      for (const n of [2, 3]) {
        await save({ [imported[0]]: imported[1](n) });
        found.push(...(await reload()));
      }

      expect(found).to.deep.equal([1, 2, 3]);
    });
  }

  it('do not reload an unchanged module, also where a changed module imports it', async () => {
    const a = "import { state } from './state.mjs'; export default state;";
    const { model, save, load, reload } = await openProject({ 'a.mjs': a, 'b.mjs': a, 'state.mjs': random }, [
      './a.mjs',
      './b.mjs',
    ]);
    const [state] = await load(model);

    await save({ 'a.mjs': `${a} // changed` });

    expect(await reload()).to.deep.equal([state, state]);
  });

  it('are the previous ones when a rejected edit is undone', async () => {
    const { model, revisions, save } = await openProject({ 'a.mjs': 'export default 1;' });
    const { use } = model.workers[0] ?? expect.fail();

    await save({ 'a.mjs': 'export default ;' });
    const broken = await revisions.revise(model);
    await save({ 'a.mjs': 'export default 1;' });
    const undone = await revisions.revise(model);

    expect(broken.model.workers[0]?.use).to.deep.equal({ ...use, revision: 1 });
    expect(undone.model.workers[0]?.use).to.deep.equal(use);
  });

  it('load a failed module again once a missing import is there', async () => {
    const { save, reload } = await openProject({ 'a.mjs': "import { b } from './b.mjs'; export default b;" });
    const refused = await reload().catch((error: unknown) => error);

    await save({ 'b.mjs': 'export const b = 1;' });

    expect(refused).to.be.instanceOf(Error);
    expect(await reload()).to.deep.equal([1]);
  });

  it('tell a plugin that is new, changed or gone, and are the first ones when that is undone', async () => {
    const files = {
      'a.mjs': 'export default 1;',
      'tcp.mjs': 'export default "tcp";',
      'checks/http.mjs': "import { b } from './_b.mjs'; export default b;",
      'checks/_b.mjs': 'export const b = 1;',
    };
    const plugins = 'plugins: { checks: { tcp: ./tcp.mjs, from: ./checks } }';
    const { directory, model, revisions, save } = await openProject(files, ['./a.mjs'], plugins);
    const revise = async () => {
      const { model: next, files, accept } = await revisions.revise(model);
      const [worker] = next.workers;
      const loaded = await loadPlugins(next.plugins);
      accept();
      expect(worker?.use).to.have.deep.property('plugins', next.plugins);
      return { changes: next.plugins[0]?.changes, files, ...Object.fromEntries(loaded['checks'] ?? []) };
    };
    const first = await revise();

    await save({ 'checks/dns.mjs': 'export default "dns";', 'checks/_b.mjs': 'export const b = 2;' });
    const second = await revise();
    await rm(join(directory, 'checks/dns.mjs'));
    await save({ 'tcp.mjs': 'export default "tcp 2";' });
    const third = await revise();

    expect(first).to.deep.include({ changes: undefined, tcp: 'tcp', http: 1 });
    expect(first.files).to.include.members([join(directory, 'checks'), join(directory, 'checks/_b.mjs')]);
    expect(second).to.deep.include({ tcp: 'tcp', http: 2, dns: 'dns' });
    expect(second.changes?.found).to.deep.equal([
      join(directory, 'checks/dns.mjs'),
      join(directory, 'checks/http.mjs'),
    ]);
    expect(third).to.deep.include({ tcp: 'tcp 2', http: 2 });
    expect(third.changes).to.not.have.property('found');
    expect(third).to.not.have.property('dns');
  });

  it('follow links, cycles and `imports` of package.json, and list every file', async () => {
    const { directory, revisions, model, save, reload } = await openProject({
      'package.json': '{"imports":{"#b":"./b.mjs"}}',
      'real.mjs': "import { b } from '#b'; export const a = () => b; export default b;",
      'b.mjs': "import './real.mjs'; import 'node:fs'; export const b = 1;",
    });
    await symlink('real.mjs', join(directory, 'a.mjs'));
    const { files } = await revisions.revise(model);
    await reload();

    await save({ 'b.mjs': "import './real.mjs'; export const b = 2;" });

    const names = files.map((path) => path.slice(directory.length + 1)).toSorted();
    expect(names).to.deep.equal(['a.mjs', 'b.mjs', 'real.mjs']);
    expect(await reload()).to.deep.equal([2]);
  });
});
