import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError, type FileProblem } from '@restmapper/core';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { createIncludeReader } from '../../src/process/include-files.ts';
import { openModel } from '../../src/process/model-file.ts';

/** A folder with files of these contents. */
async function openFolder(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = use(await makeTemporaryFolder('include'), (folder) => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

function problemsOf(file: string): readonly FileProblem[] {
  try {
    openModel(file, {});
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

describe('the reader of included files', () => {
  it('lists the files of a pattern, sorted by name', async () => {
    const names = [
      'b.yaml',
      'a.yaml',
      'a.yml',
      '.hidden.yaml',
      'x/c.yaml',
      'x/y/d.yaml',
      'node_modules/e.yaml',
    ];
    const folder = await openFolder(Object.fromEntries(names.map((name) => [name, ''])));
    await mkdir(join(folder, 'folder.yaml'));
    await symlink(folder, join(folder, 'x/circle'));
    const { list } = createIncludeReader();
    const found = (pattern: string): readonly string[] =>
      list(pattern, folder).map((path) => path.slice(folder.length + 1));

    expect(found('./*.yaml')).to.deep.equal(['a.yaml', 'b.yaml']);
    expect(found('a.y?ml')).to.deep.equal(['a.yaml']);
    expect(found('*/c.*')).to.deep.equal(['x/c.yaml']);
    expect(found('**/*.yaml')).to.deep.equal(['a.yaml', 'b.yaml', 'x/c.yaml', 'x/y/d.yaml']);
    expect(found('./x/../*.yml')).to.deep.equal(['a.yml']);
    expect(found(`${folder}/x/*`)).to.deep.equal(['x/c.yaml']);
    expect(found('gone/*.yaml')).to.deep.equal([]);
  });

  it('names the files and folders that the result depends on', async () => {
    const folder = await openFolder({
      'endpoints.yaml': 'include: [parts/*.yaml, gone.yaml]',
      'parts/a.yaml': 'a',
    });
    const looked: string[] = [];

    expect(() =>
      openModel(
        join(folder, 'endpoints.yaml'),
        {},
        { onLook: (path) => looked.push(path.slice(folder.length)) },
      ),
    ).to.throw(ConfigError);

    expect(looked).to.deep.equal(['/parts', '/parts/a.yaml', '/gone.yaml']);
  });

  it('says why a file cannot be included', async () => {
    const include = 'include: [folder, loop.yaml, wide.yaml, file/a.yaml, "*.link"]';
    const folder = await openFolder({
      'endpoints.yaml': include,
      'folder/a.yaml': '',
      'wide.yaml': Buffer.from('\ufeffa: 1', 'utf16le'),
      file: '',
    });
    await symlink('loop.yaml', join(folder, 'loop.yaml'));
    await symlink('gone.yaml', join(folder, 'gone.link'));

    const problems = problemsOf(join(folder, 'endpoints.yaml'));

    expect(
      problems.map(({ column, message }) => `${column} ${message.replace(`${folder}/`, '')}`),
    ).to.deep.equal([
      '11 `folder` cannot be included: it is a folder; add `/*.yaml` for the files in it',
      '19 `loop.yaml` cannot be included: too many symbolic links',
      '30 `wide.yaml` cannot be included: it is UTF-16; save it as UTF-8',
      '41 `file/a.yaml` cannot be included: a part of the path is not a folder',
      '54 `gone.link` cannot be included: there is no such file',
    ]);
  });

  it('recognises a file by whatever path it is included', async () => {
    const folder = await openFolder({
      'endpoints.yaml': 'include: [a.yaml, link/a.yaml]',
      'a.yaml': 'endpoints: { GET /a: { rpc: true } }',
    });
    await symlink(folder, join(folder, 'link'));

    expect(openModel(join(folder, 'link/endpoints.yaml'), {}).endpoints).to.have.length(1);
  });
});
