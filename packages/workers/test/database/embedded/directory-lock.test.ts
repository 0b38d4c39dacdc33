import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../../test/support/temporary-folder.ts';
import { use } from '../../../../../test/support/use.ts';
import { lockDirectory } from '../../../src/database/embedded/directory-lock.ts';

async function useFolder(): Promise<string> {
  return use(await makeTemporaryFolder('lock'), (path) => rm(path, { recursive: true }));
}

/** The pid of a process that has ended. */
async function deadPid(): Promise<number | undefined> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid;
}

describe('lockDirectory', () => {
  it('refuses a locked folder, naming the process', async () => {
    const folder = await useFolder();
    await lockDirectory(folder);

    const error = await lockDirectory(folder).catch((thrown: unknown) => thrown);

    expect(error)
      .to.be.instanceOf(ConfigError)
      .with.property('message')
      .that.includes(`process ${process.pid};`);
  });

  it('passes the folder to the next process when it is released, and leaves nothing in it', async () => {
    const folder = await useFolder();
    const first = await lockDirectory(folder);

    await first.release();
    const second = await lockDirectory(folder);
    await second.release();

    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('creates the folder if it does not exist', async () => {
    const folder = `${await useFolder()}/a/b`;

    await lockDirectory(folder);

    expect(await readdir(folder)).to.have.length(1);
  });

  it('takes over the lock of a dead process', async () => {
    const folder = await useFolder();
    await writeFile(`${folder}/in-use-by-${await deadPid()}-123-aa`, '');

    const lock = await lockDirectory(folder);
    await lock.release();

    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('takes over the lock of a dead process whose pid now belongs to another', async () => {
    const folder = await useFolder();
    await writeFile(`${folder}/in-use-by-${process.pid}-123-aa`, '');

    const lock = await lockDirectory(folder);
    await lock.release();

    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('takes over the lock of a dead process of another container, and not that of a live one', async () => {
    const folder = await useFolder();
    const lock = await lockDirectory(folder);
    const [name = ''] = await readdir(folder);
    // As another pid namespace shows it: a process id that does not exist here, or belongs to another process.
    const elsewhere = name.replace(/^in-use-by-\d+-\d+/, `in-use-by-${await deadPid()}-1`);
    await rename(`${folder}/${name}`, `${folder}/${elsewhere}`);

    const refused = await lockDirectory(folder).catch((thrown: unknown) => thrown);
    await rename(`${folder}/${elsewhere}`, `${folder}/${name}`);
    await lock.release();
    const taken = await lockDirectory(folder);
    await taken.release();

    expect(refused)
      .to.be.instanceOf(ConfigError)
      .with.property('message')
      .that.includes('of another container;');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('distinguishes a process of another container from its own with the same number and start', async () => {
    const folder = await useFolder();
    const lock = await lockDirectory(folder);
    const [name = ''] = await readdir(folder);
    const elsewhere = name.replace(/-\d+$/, '-1');
    await rename(`${folder}/${name}`, `${folder}/${elsewhere}`);

    const refused = await lockDirectory(folder).catch((thrown: unknown) => thrown);

    expect(refused)
      .to.be.instanceOf(ConfigError)
      .with.property('message')
      .that.includes('of another container;');
    await rename(`${folder}/${elsewhere}`, `${folder}/${name}`);
    await lock.release();
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const folder = `${await useFolder()}/${'long'.repeat(50)}`;
    const first = await lockDirectory(folder);

    const refused = await lockDirectory(folder).catch((thrown: unknown) => thrown);
    await first.release();
    const second = await lockDirectory(folder);
    await second.release();

    expect(refused).to.be.instanceOf(ConfigError);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('takes over the claim of another machine when it is no longer renewed', async () => {
    const folder = await useFolder();
    await writeFile(`${folder}/in-use-by-1-1-aa-bb-1`, '');
    const started = performance.now();

    const lock = await lockDirectory(folder, { staleMs: 1_500 });
    await lock.release();

    expect(performance.now() - started).to.be.at.least(1_000);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('is acquired by exactly one of many that race for a stale folder', async () => {
    const folder = await useFolder();
    for (let round = 0; round < 5; round += 1) {
      await writeFile(`${folder}/in-use-by-${await deadPid()}-123-aa`, '');

      const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(folder)));

      const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(locks).to.have.length(1);
      await locks[0]?.release();
    }
  });
});
