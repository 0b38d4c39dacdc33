import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Log, silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { WatchedFile } from '../../src/files/watched-file.ts';

async function makeFile(text: string): Promise<string> {
  const folder = await makeTemporaryFolder('watched');
  use(folder, () => rm(folder, { recursive: true }));
  const path = join(folder, 'file');
  await writeFile(path, text);
  return path;
}

function parse(text: string): number {
  if (!/^\d+$/.test(text)) throw new ConfigError('no number');
  return Number(text);
}

function watch(path: string, log: Log = silentLog): WatchedFile<number> {
  return use(new WatchedFile(path, { parse, log, everyMs: 10 }), (file) => file.close());
}

describe('a watched file', () => {
  it('has the last value that was written', async () => {
    const path = await makeFile('1');
    const file = watch(path);
    expect(file.value).to.equal(1);

    await writeFile(path, '22');
    await until(() => file.value === 22);
    await writeFile(`${path}.new`, '33');
    await rename(`${path}.new`, path);
    await until(() => file.value === 33);
  });

  it('keeps its value while the file is invalid or gone, and reports it once', async () => {
    const path = await makeFile('1');
    const errors: object[] = [];
    const infos: object[] = [];
    const log = {
      ...silentLog,
      error: (fields: object) => void errors.push(fields),
      info: (fields: object) => void infos.push(fields),
    };
    const file = watch(path, log);

    await writeFile(path, 'wrong');
    await until(() => errors.length === 1);
    await rm(path);
    await until(() => errors.length === 2);
    expect(file.value).to.equal(1);
    // Written in place, it would be empty for a moment, which is a number too.
    await writeFile(`${path}.new`, '44');
    await rename(`${path}.new`, path);
    await until(() => file.value === 44);

    expect(errors).to.have.length(2);
    expect(errors[0]).to.deep.equal({ file: path, reason: 'no number' });
    expect(infos).to.have.length(1);
  });

  it('must exist, and be valid, from the beginning', async () => {
    const path = await makeFile('wrong');

    expect(() => watch(path)).to.throw(ConfigError, 'no number');
    expect(() => watch(`${path}.missing`)).to.throw(ConfigError, 'cannot be read');
  });
});
