import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openModel } from '../../src/process/model-file.ts';
import { Reloader, type ReloadOutcome } from '../../src/reload/reloader.ts';

const yamlOf = (path: string, more = ''): string =>
  `endpoints: { POST ${path}: { public: true, fanout: true, body: true } }\n${more}`;

/** A reloader whose system accepts a model when the test allows it. */
async function openReloader(text = yamlOf('/a')) {
  const folder = use(await makeTemporaryFolder('reload'), (folder) => rm(folder, { recursive: true }));
  const file = join(folder, 'endpoints.yaml');
  await writeFile(file, text);
  const first = openModel(file, {});
  const outcomes: ReloadOutcome[] = [];
  const replacing: { readonly next: Model; readonly finish: (error?: Error) => void }[] = [];
  const system = {
    model: first,
    replace: (next: Model) =>
      new Promise<void>((resolve, reject) => {
        const finish = (error?: Error): void => {
          if (error) return reject(error);
          system.model = next;
          resolve();
        };
        replacing.push({ next, finish });
      }),
  };
  const onOutcome = (outcome: ReloadOutcome): void => void outcomes.push(outcome);
  const reloader = new Reloader({ file, env: {}, model: first, runs: () => true, onOutcome });
  return { reloader, system, outcomes, replacing, folder, save: (next: string) => writeFile(file, next) };
}

describe('the reloader', () => {
  it('reads once more for all requests during a replacement', async () => {
    const { reloader, system, outcomes, replacing, save } = await openReloader();
    reloader.follow(system);
    await save(yamlOf('/b'));
    const first = reloader.reload();
    await until(() => replacing.length === 1);

    await save(yamlOf('/c'));
    const later = [reloader.reload(), reloader.reload()];
    replacing[0]?.finish();
    await until(() => replacing.length === 2);
    replacing[1]?.finish();
    await Promise.all([first, ...later]);

    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['replaced', 'replaced']);
    expect(system.model.endpoints.map(({ key }) => key)).to.deep.equal(['POST /c']);
  });

  it('handles requests from before the system was open', async () => {
    const { reloader, system, outcomes } = await openReloader();
    await reloader.reload();

    reloader.follow(system);

    await until(() => outcomes.length === 1);
    expect(outcomes).to.deep.equal([{ kind: 'unchanged' }]);
  });

  it('retries a refused model, even if the file is unchanged', async () => {
    const { reloader, system, outcomes, replacing, save } = await openReloader();
    reloader.follow(system);
    await save(yamlOf('/b'));

    for (const [place, error] of [new ConfigError('no'), undefined].entries()) {
      const reloading = reloader.reload();
      await until(() => replacing.length === place + 1);
      replacing[place]?.finish(error);
      await reloading;
    }

    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['refused', 'replaced']);
  });

  it('reports where the file names a module or an `auth` file that cannot be loaded', async () => {
    const { reloader, system, outcomes, replacing, save } = await openReloader();
    reloader.follow(system);

    await save(yamlOf('/a', 'workers: { w: { on: POST /a, use: ./gone.mjs } }'));
    const reloading = reloader.reload();
    await until(() => replacing.length === 1);
    replacing[0]?.finish(new ConfigError('worker w: cannot load it'));
    await reloading;

    const [outcome] = outcomes;
    expect(outcome)
      .to.have.property('error')
      .that.has.property('message')
      .that.matches(/:2:\d+ worker w: .*no such file/);
    expect([...reloader.files].some((path) => path.endsWith('/gone.mjs'))).to.equal(true);
  });

  it('watches included files, and the folders in which new ones may match', async () => {
    const { reloader, system, outcomes, replacing, folder } = await openReloader(
      yamlOf('/z', 'include: [parts/*.yaml]'),
    );
    reloader.follow(system);

    await reloader.reload();
    const watched = [...reloader.files].map((path) => path.slice(folder.length));
    await mkdir(join(folder, 'parts'));
    await writeFile(join(folder, 'parts/a.yaml'), yamlOf('/a'));
    const reloading = reloader.reload();
    await until(() => replacing.length === 1);
    replacing[0]?.finish();
    await reloading;
    await rm(join(folder, 'parts/a.yaml'));
    await writeFile(join(folder, 'parts/b.yaml'), 'endpoints: [');
    await reloader.reload();

    expect(watched).to.deep.equal(['/endpoints.yaml', '/parts']);
    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['unchanged', 'replaced', 'refused']);
    expect(outcomes[2]).to.have.nested.property('error.problems[0].file', join(folder, 'parts/b.yaml'));
    expect([...reloader.files].map((path) => path.slice(folder.length))).to.include.members([
      '/parts/a.yaml',
      '/parts/b.yaml',
    ]);
  });

  it('watches the files of the auth section', async () => {
    const auth = 'auth: { schemes: { k: { apiKey: { clientsFile: ./clients.yaml } } } }';
    const { reloader, system, folder } = await openReloader(yamlOf('/a', auth));
    reloader.follow(system);

    await reloader.reload();

    expect([...reloader.files]).to.deep.equal([join(folder, 'endpoints.yaml'), join(folder, 'clients.yaml')]);
  });
});
