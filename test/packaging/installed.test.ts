import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readBlocks } from '../docs/document-blocks.ts';
import { DocumentRun } from '../docs/run-document.ts';
import { unloadableSentences, writeUnloadableModules } from '../support/unloadable-modules.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from '../system/calls.ts';
import { type Command, openCommand, runCommand, stopCommand } from '../system/command.ts';
import { fetchNodes, type Node, otherMajors } from './fetched.ts';
import { initProject, linkDevelopment, runScript } from './new-projects.ts';
import { copyProject, installProject, linkTsx, writeApplication } from './projects.ts';
import { execute, shareTarballs } from './tarballs.ts';

const own = Number(process.versions.node.split('.')[0]);
const majors = [own, ...otherMajors.filter((major) => major !== own)];

describe('the installed packages', function () {
  this.timeout(300_000);
  const tarballs = shareTarballs();
  let nodes: readonly Node[] = [];
  let esm = '';
  let commonJs = '';

  before('install', async () => {
    nodes = [{ major: own, program: process.execPath }, ...(await fetchNodes())];
    esm = await installProject(tarballs());
    commonJs = await copyProject(tarballs(), esm);
    await linkTsx(commonJs);
  });

  /** Runs the command of a project on a version of Node. */
  function programOf(project: string, major: number): readonly string[] {
    const { program } = nodes.find((node) => node.major === major) ?? { program: '' };
    return [program, join(project, 'node_modules/restmapper/cli/main.js')];
  }

  /** Starts a project with modules; expects each to answer one call and refuse another. */
  async function expectAnswers(project: string, major: number, modules: readonly string[]): Promise<void> {
    const command = await openCommand({
      program: programOf(project, major),
      args: ['start', '--file', await writeApplication(project, modules)],
      cwd: project,
      // A new database takes seconds; one serves all versions of Node in turn.
      env: { DATA_DIR: join(tarballs().folder, 'data') },
    });
    for (const index of modules.keys()) {
      const url = `${command.url}/api/v1/quotes/${index}`;
      const answer = (await (await post(url, { count: 2 })).json()) as { cents: number; node: string };
      expect(answer.cents).to.equal(900);
      expect(answer.node).to.match(new RegExp(`^${major}\\.`));
      expect((await post(url, { count: 0 })).status).to.equal(404);
    }
    expect(await (await fetch(command.url)).text()).to.include('<!doctype html>');
    expect(await stopCommand(command)).to.equal(0);
  }

  /** Starts a new project; expects it to store a message that is posted to a path. */
  async function expectStores(project: string, path: string, major: number): Promise<Command> {
    const command = await openCommand({
      program: programOf(esm, major),
      args: ['start'],
      cwd: project,
      env: { DATA_DIR: join(tarballs().folder, 'data') },
    });
    const url = `${command.url}/api/v1${path}`;
    expect(await (await post(url, { article: 'tea', count: major })).json()).to.deep.equal({});
    await until(async () => {
      const { messages } = (await (await fetch(url)).json()) as { messages: readonly { count: number }[] };
      return messages[0]?.count === major;
    });
    return command;
  }

  async function expectQuote({ url }: Command): Promise<void> {
    const answer = await post(`${url}/api/v1/quotes/`, { article: 'tea', count: 3 });
    expect(await answer.json()).to.deep.equal({ cents: 1350 });
  }

  for (const major of majors) {
    it(`answer calls in a project of ES modules on Node ${major}`, async () => {
      await expectAnswers(esm, major, major < 22 ? ['quote.mjs', 'quote.cjs'] : ['quote.mjs', 'quote.ts']);
    });

    it(`answer calls in a project of CommonJS on Node ${major}`, async () => {
      await expectAnswers(
        commonJs,
        major,
        major < 22 ? ['quote.cjs', 'quote.ts'] : ['quote.cjs', 'quote.mjs'],
      );
    });

    it(`explain why a module cannot be loaded on Node ${major}`, async () => {
      const program = programOf(esm, major);
      const cwd = join(esm, `unloadable-${major}`);
      await mkdir(cwd);
      const file = await writeUnloadableModules(cwd);
      const version = (await execute(program[0] ?? '', ['-p', 'process.versions.node'])).stdout.trim();

      const { stderr } = await runCommand({
        program,
        args: ['check', file],
        cwd,
        env: { NODE_NO_WARNINGS: '1' },
      });

      const lines = stderr.split('\n').filter((line) => line.includes(': cannot load '));
      const sentences = unloadableSentences(cwd, version);
      expect(lines).to.have.length(sentences.length);
      for (const [index, sentence] of sentences.entries()) expect(lines[index]).to.include(sentence);
    });
  }

  for (const major of majors) {
    it(`create a TypeScript project that passes its checks and answers on Node ${major}`, async () => {
      const program = programOf(esm, major);
      const project = await initProject({ parent: esm, program, name: `typescript-${major}` });
      await linkDevelopment(project);

      const tested = await runScript(project, 'test', program[0] ?? '');
      const checked = await runScript(project, 'check', program[0] ?? '');

      expect(tested)
        .to.match(/^3 passed/m)
        .and.to.match(/^(?:#|ℹ) pass 2$/m);
      expect(checked).to.include('endpoints.yaml is valid: 3 endpoints, 3 workers, 1 feed');
      const command = await expectStores(project, '/orders/', major);
      await expectQuote(command);
      expect(await stopCommand(command)).to.equal(0);
    });
  }

  it('create a JavaScript project that passes its checks and answers', async () => {
    const program = programOf(esm, own);
    const project = await initProject({
      parent: esm,
      program,
      name: 'javascript',
      options: ['--javascript'],
    });

    const tested = await runScript(project, 'test', program[0] ?? '');
    const checked = await runScript(project, 'check', program[0] ?? '');

    expect(tested)
      .to.match(/^3 passed/m)
      .and.to.match(/^(?:#|ℹ) pass 2$/m);
    expect(checked).to.include('endpoints.yaml is valid: 3 endpoints, 3 workers, 1 feed');
    const command = await expectStores(project, '/orders/', own);
    await expectQuote(command);
    expect(await stopCommand(command)).to.equal(0);
  });

  it('create a minimal project that passes its checks and answers', async () => {
    const program = programOf(esm, own);
    const project = await initProject({ parent: esm, program, name: 'minimal', options: ['--minimal'] });

    const checked = await runScript(project, 'check', program[0] ?? '');

    expect(checked).to.include('endpoints.yaml is valid: 2 endpoints, 2 workers, 1 feed');
    expect(await stopCommand(await expectStores(project, '/messages/', own))).to.equal(0);
  });

  it('run in a process of one’s own, as docs/install.md describes', async () => {
    const program = programOf(esm, own);
    const name = 'embedded';
    const folder = await initProject({ parent: esm, program, name, options: ['--minimal'] });
    const blocks = readBlocks('docs/install.md');
    const example = blocks.findIndex(({ attributes }) => attributes['file'] === 'embedded.js');
    const document = use(new DocumentRun({ folder, env: process.env }), (document) => document.close());

    await document.run(blocks.slice(example, example + 3));
  });

  it('can be called by npx', async () => {
    const { stdout } = await execute('npx', ['--no-install', 'restmapper', '--version'], { cwd: esm });

    expect(stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('load for --help nothing that only a running process needs', async () => {
    const script = `
      process.argv.push('main.js', '--help');
      process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')));
      import(${JSON.stringify(programOf(esm, own)[1])});
    `;

    const { stdout, stderr } = await execute(process.execPath, ['-e', script], { cwd: esm });

    expect(stdout).to.include('Usage: restmapper');
    expect(stderr).to.not.match(/node_modules\/(koa|ws|pino|pino-pretty)\//);
  });

  it('name the package of the embedded database if it is not installed', async () => {
    await rm(join(commonJs, 'node_modules/@electric-sql'));

    const { code, stderr } = await runCommand({
      program: programOf(commonJs, own),
      args: ['start', '--file', await writeApplication(commonJs, ['quote.cjs'])],
      cwd: commonJs,
    });

    expect(stderr).to.include(
      'the embedded database needs the package @electric-sql/pglite, which is not installed; run `npm install @electric-sql/pglite`, or set DATABASE_URL',
    );
    expect(code).to.equal(1);
  });

  it('are small, and run no scripts during installation', () => {
    const { packages } = JSON.parse(readFileSync(join(esm, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
    };
    const installed = Object.entries(packages).filter(([place]) => place !== '');

    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript)).to.deep.equal([]);
    expect(installed.length).to.be.at.most(86);
  });
});
