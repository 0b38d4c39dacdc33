import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { FileWatch } from '../../src/reload/file-watch.ts';

const everyMs = 15;

async function openFolder(): Promise<string> {
  return use(await makeTemporaryFolder('watch'), (folder) => rm(folder, { recursive: true }));
}

/** Watches files; resolves when their first state was reported. */
async function watch(paths: readonly string[], onChange = (): void => {}) {
  const watched = { calls: 0 };
  const count = (): void => {
    watched.calls += 1;
    onChange();
  };
  use(new FileWatch({ files: () => paths, onChange: count, everyMs }), (files) => files.close());
  await until(() => watched.calls === 1);
  return watched;
}

describe('the watch over files', () => {
  it('notices files that are rewritten, replaced, deleted and restored', async () => {
    const path = join(await openFolder(), 'a');
    await writeFile(path, '1');
    const watched = await watch([path]);

    for (const [place, change] of [
      () => writeFile(path, '2'),
      async () => {
        await writeFile(`${path}~`, '3');
        await rename(`${path}~`, path);
      },
      () => rm(path),
      () => writeFile(path, '4'),
    ].entries()) {
      await change();
      await until(() => watched.calls === place + 2);
    }
  });

  it('notices a replaced folder behind a link, as in mounted secrets', async () => {
    const folder = await openFolder();
    for (const version of ['1', '2']) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'a'), version);
    }
    await symlink('1', join(folder, 'data'));
    await symlink('data/a', join(folder, 'a'));
    const watched = await watch([join(folder, 'a')]);

    await symlink('2', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'data'));

    await until(() => watched.calls === 2);
  });

  it('reports several files that are saved together at once', async () => {
    const folder = await openFolder();
    const paths = ['a', 'b', 'c'].map((name) => join(folder, name));
    const watched = await watch(paths);

    await Promise.all(paths.map((path) => writeFile(path, '1')));
    await until(() => watched.calls === 2);
    await sleep(10 * everyMs);

    expect(watched.calls).to.equal(2);
  });

  it('reports a change made while the last one is processed', async () => {
    const path = join(await openFolder(), 'a');
    let later: Promise<void> | undefined;
    const watched = await watch([path], () => void (later ??= writeFile(path, 'again')));

    await later;

    await until(() => watched.calls === 2);
  });

  it('does not wait for a file that never stops changing', async () => {
    const path = join(await openFolder(), 'a');
    const watched = await watch([path]);
    let n = 0;
    const writing = setInterval(() => void writeFile(path, String((n += 1))), 5);
    use(writing, clearInterval);

    await until(() => watched.calls > 1, { timeoutMs: 5_000 });
  });
});
