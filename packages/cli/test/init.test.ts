import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { typesOf } from '@restmapper/endpoints';
import { openModel, type Terminal, version } from '@restmapper/host';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { use } from '../../../test/support/use.ts';
import { runProgram } from '../src/program.ts';
import { planProject } from '../src/project/plan-project.ts';
import { type Flavor, readTemplate } from '../src/project/template.ts';
import { writeProject } from '../src/project/write-project.ts';

const minimal = ['.gitignore', 'endpoints.yaml', 'package.json'];
const shared = [
  'endpoints.test.yaml',
  '.dockerignore',
  '.env.example',
  'Dockerfile',
  'README.md',
  'compose.yaml',
  'nginx.conf',
  'migrations/001_article.sql',
];

async function openFolder(): Promise<string> {
  return use(await makeTemporaryFolder('init'), (folder) => rmSync(folder, { recursive: true }));
}

/** All files of a folder. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
}

async function init(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const terminal = {
    print: (text: string) => (stdout += text),
    printError: (text: string) => (stderr += text),
  } as unknown as Terminal;
  return { code: await runProgram(['init', ...args], terminal), stdout, stderr };
}

async function refusalOf(...args: readonly string[]): Promise<string> {
  const error: unknown = await init(...args).catch((error: unknown) => error);
  expect(error).to.include({ code: 'CONFIG_INVALID' });
  return error instanceof Error ? error.message : '';
}

describe('init', () => {
  it('writes a project in TypeScript, and names the next commands', async () => {
    const folder = join(await openFolder(), 'My Shop');

    const { code, stdout } = await init(folder);

    const files = [...shared, ...minimal, 'endpoints.types.ts', 'tsconfig.json', 'workers/quote.test.ts'];
    expect(code).to.equal(0);
    expect(filesOf(folder)).to.have.members([...files, 'workers/quote.ts']);
    expect(stdout).to.include('  workers/quote.ts\n');
    expect(stdout).to.match(/\nnext:\n {2}cd '.*My Shop' && npm install\n {2}npm test\n {2}npm run dev\n$/);
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).to.deep.include({
      name: 'my-shop',
      dependencies: { restmapper: version },
    });
  });

  it('writes a project in JavaScript', async () => {
    const folder = await openFolder();

    await init(folder, '--javascript');

    expect(filesOf(folder)).to.have.members([
      ...shared,
      ...minimal,
      'workers/quote.js',
      'workers/quote.test.js',
    ]);
  });

  it('writes a minimal project', async () => {
    const folder = await openFolder();

    await init(folder, '--minimal');

    expect(filesOf(folder)).to.have.members(minimal);
  });

  it('leaves unrelated files alone', async () => {
    const folder = await openFolder();
    writeFileSync(join(folder, 'notes.txt'), 'notes');

    const { code } = await init(folder, '--minimal');

    expect(code).to.equal(0);
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).to.equal('notes');
  });

  it('writes nothing if files exist, and names them', async () => {
    const folder = await openFolder();
    writeFileSync(join(folder, 'README.md'), 'mine');
    symlinkSync('nowhere', join(folder, 'tsconfig.json'));

    const { code, stdout, stderr } = await init(folder);

    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.include('exist already:\n  README.md\n  tsconfig.json\nuse --keep');
    expect(readdirSync(folder)).to.have.members(['README.md', 'tsconfig.json']);
  });

  it('keeps the files that exist with --keep', async () => {
    const folder = await openFolder();
    writeFileSync(join(folder, '.gitignore'), 'mine');

    const { code, stdout } = await init(folder, '--keep');
    const again = await init(folder, '--keep');

    expect([code, again.code]).to.deep.equal([0, 0]);
    expect(stdout).to.include('kept .gitignore; add to it node_modules/, .restmapper/ and .env\n');
    expect(again.stdout).to.include('no file was missing\n');
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).to.equal('mine');
  });

  it('writes no workers, tables or cases for other endpoints', async () => {
    const folder = await openFolder();
    writeFileSync(join(folder, 'endpoints.yaml'), 'endpoints: {}');

    await init(folder, '--keep');

    const others = [...shared, ...minimal, 'tsconfig.json'].filter(
      (path) => !['endpoints.test.yaml', 'migrations/001_article.sql'].includes(path),
    );
    expect(filesOf(folder)).to.have.members(others);
  });

  it('adds to an existing package.json, and keeps workers ES modules in a CommonJS package', async () => {
    const folder = await openFolder();
    writeFileSync(join(folder, 'package.json'), '{ "scripts": { "dev": "vite", "test": "mocha" } }');

    const { stdout } = await init(folder);

    expect(stdout).to.include("kept the script dev of package.json; restmapper's would be: restmapper dev\n");
    expect(stdout).to.include('  npx restmapper check\n  npx restmapper dev\n');
    expect(JSON.parse(readFileSync(join(folder, 'workers/package.json'), 'utf8'))).to.deep.equal({
      type: 'module',
    });
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).to.deep.include({
      dependencies: { restmapper: version },
    });
  });

  it('reports what cannot be written', async () => {
    const folder = await openFolder();
    writeFileSync(join(folder, 'file'), '');
    writeFileSync(join(folder, 'workers'), '');

    expect(await refusalOf(join(folder, 'file'))).to.match(/\/file is not a folder; name another$/);
    expect(await refusalOf(join(folder, 'file/below'))).to.match(/a part of the path is not a folder$/);
    expect(await refusalOf(folder)).to.match(
      /\/workers\/quote\.test\.ts cannot be read: a part of the path is not a folder$/,
    );
    mkdirSync(join(folder, 'odd/package.json'), { recursive: true });
    expect(await refusalOf(join(folder, 'odd'))).to.match(/package\.json cannot be read: it is a folder$/);
  });

  it('reports that it may not write into a folder', async () => {
    const folder = await openFolder();
    const plan = planProject(folder, { flavor: 'minimal', readsTypeScript: true });
    chmodSync(folder, 0o555);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);

    try {
      expect(() => writeProject(folder, plan)).to.throw(/\.gitignore cannot be written: permission denied$/);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(existsSync(join(folder, '.gitignore'))).to.equal(false);
  });

  it('takes one kind of project at a time', async () => {
    const { code, stderr } = await init('--minimal', '--javascript');

    expect({ code, stderr }).to.deep.equal({
      code: 2,
      stderr: 'error: --minimal writes no code; leave out --javascript\n',
    });
  });
});

describe('the templates', () => {
  const text = (flavor: Flavor, path: string): string => readTemplate(flavor, true).get(path) ?? '';

  it('describe the same API in TypeScript and JavaScript', () => {
    const javascript = text('javascript', 'endpoints.yaml');

    expect(javascript).to.include('./workers/quote.js');
    expect(javascript.replace('quote.js', 'quote.ts')).to.equal(text('typescript', 'endpoints.yaml'));
  });

  it('have the types that `restmapper types` prints', () => {
    const file = new URL('../templates/typescript/endpoints.yaml', import.meta.url).pathname;

    expect(text('typescript', 'endpoints.types.ts')).to.equal(typesOf(openModel(file, {})));
  });

  it('differ in scripts and packages only where tsx is needed', () => {
    const [own, withTsx] = [true, false].map(
      (reads) =>
        JSON.parse(readTemplate('typescript', reads).get('package.json') ?? '') as Record<string, object>,
    );

    const { engines, ...withoutEngines } = own ?? {};
    expect(engines).to.deep.equal({ node: '>=22.18' });
    expect(withTsx).to.deep.equal({
      ...withoutEngines,
      scripts: { ...own?.['scripts'], test: 'restmapper test && node --import tsx --test workers/*.test.ts' },
      devDependencies: { ...own?.['devDependencies'], tsx: '^4.20.0' },
    });
  });
});
