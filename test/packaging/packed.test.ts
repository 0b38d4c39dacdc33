import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { globSync } from 'tinyglobby';
import { findSpecifiers } from '../../packaging/specifiers.ts';
import { execute, shareTarballs } from './tarballs.ts';

const names = ['restmapper', 'client'] as const;

describe('a packed package', function () {
  this.timeout(120_000);
  const tarballs = shareTarballs();

  /** Unpacks one; returns its folder. */
  async function unpack(name: (typeof names)[number]): Promise<string> {
    const folder = join(tarballs().folder, `unpacked-${name}`);
    await mkdir(folder, { recursive: true });
    await execute('tar', ['-xzf', tarballs()[name], '-C', folder, '--strip-components=1']);
    return folder;
  }

  for (const name of names) {
    it(`has no findings of publint: ${name}`, async () => {
      const { stdout } = await execute(process.execPath, [
        'node_modules/publint/src/cli.js',
        tarballs()[name],
        '--strict',
      ]);

      expect(stdout).to.include('Linting...');
      expect(findingsOf(stdout)).to.deep.equal([]);
    });

    it(`has types for every module resolution: ${name}`, async () => {
      const args = ['node_modules/@arethetypeswrong/cli/dist/index.js', '--no-color', tarballs()[name]];

      expect((await execute(process.execPath, args)).stdout).to.include('No problems found');
    });

    it(`names no file that is missing from it: ${name}`, async () => {
      const folder = await unpack(name);
      const files = globSync('**/*.{js,cjs,d.ts,d.cts}', { cwd: folder, ignore: 'page/**' });

      const missing = files.flatMap((file) => missingFrom(join(folder, file)));

      expect(files).to.have.length.above(20);
      expect(missing).to.deep.equal([]);
    });

    it(`runs no scripts when it is installed, and has README and LICENSE: ${name}`, async () => {
      const folder = await unpack(name);
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;

      expect(manifest).to.not.have.property('scripts');
      expect(manifest).to.include({ license: 'MIT', type: 'module' });
      expect(readFileSync(join(folder, 'README.md'), 'utf8')).to.match(/^# /);
      expect(existsSync(join(folder, 'LICENSE'))).to.equal(true);
    });
  }

  it('contains the page, the file’s schema, the migrations and the templates', async () => {
    const folder = await unpack('restmapper');

    expect(existsSync(join(folder, 'page/index.html'))).to.equal(true);
    expect(globSync('sql/*.sql', { cwd: folder })).to.have.length.above(0);
    for (const schema of ['endpoints.schema.json', 'cases.schema.json']) {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: object };
      expect(existsSync(join(folder, schema))).to.equal(true);
      expect(manifest.exports).to.include({ [`./${schema}`]: `./${schema}` });
    }
    expect(globSync('templates/**', { cwd: folder })).to.deep.equal(
      globSync('templates/**', { cwd: 'packages/cli', dot: true }),
    );
  });
});

/** The files that publint lists; tests among the templates of `restmapper init` are intended. */
function findingsOf(output: string): readonly string[] {
  const isTemplate = /publishes internal tests or config files \((?:\/templates\/[^,)]*(?:, )?)+\)/;
  return output.split('\n').filter((line) => /^\d+\. /.test(line) && !isTemplate.test(line));
}

/** The files that a file names and that are missing; source maps included. */
function missingFrom(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const paths = findSpecifiers(file, text)
    .map(({ text }) => text)
    .filter((name) => name.startsWith('.') && !name.endsWith('package.json'))
    .map((name) =>
      resolve(dirname(file), file.includes('.d.') ? name.replace(/\.(c?)js$/, '.d.$1ts') : name),
    );
  const maps = [...text.matchAll(/^\/\/# sourceMappingURL=(.*)$/gm)].map(([, map = '']) => map);
  return [...paths, ...maps].filter((path) => !existsSync(path)).map((path) => `${file} names ${path}`);
}
