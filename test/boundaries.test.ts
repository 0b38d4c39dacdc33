import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { makeTemporaryFolder } from './support/temporary-folder.ts';
import { use } from './support/use.ts';

const { resolve } = createRequire(import.meta.url);
const oxlint = join(dirname(resolve('oxlint/package.json')), 'bin/oxlint');
/** Lets Node 20 read a configuration in TypeScript. */
const loader = pathToFileURL(resolve('tsx')).href;

/** The imports in a file at this path that the rules of this repository reject. */
async function refusedImports(place: string, specifiers: readonly string[]): Promise<readonly string[]> {
  const folder = use(await makeTemporaryFolder('lint'), (path) => rm(path, { recursive: true, force: true }));
  const file = join(folder, place);
  await mkdir(dirname(file), { recursive: true });
  for (const config of ['oxlint.config.ts', 'house/plan.ts']) {
    await mkdir(dirname(join(folder, config)), { recursive: true });
    await copyFile(config, join(folder, config));
  }
  await writeFile(file, specifiers.map((specifier) => `import '${specifier}';\n`).join(''));
  const output = await new Promise<string>((done) => {
    const args = ['--import', loader, oxlint, '--format=json', place];
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => done(stdout));
  });
  const { diagnostics } = JSON.parse(output) as {
    readonly diagnostics: readonly { code: string; labels: readonly { span: { line: number } }[] }[];
  };
  const lines = diagnostics
    .filter(({ code }) => code.includes('no-restricted-imports'))
    .map(({ labels }) => labels[0]?.span.line ?? 0);
  return specifiers.filter((_specifier, index) => lines.includes(index + 1));
}

describe('the import rules', function () {
  this.timeout(30_000);

  it('let the page import five packages, its own files, and nothing else', async () => {
    const allowed = [
      'vue',
      'vue-router',
      '@vueuse/core',
      '@cfworker/json-schema',
      '@restmapper/client',
      './route.ts',
      '../../style.css',
    ];
    const foreign = [
      'vuex',
      'vue/dist/vue.js',
      'vue-router/auto',
      'pinia',
      '@vueuse/integrations',
      '@vueuse/core/metadata',
      '@codemirror/state',
      '@radix-vue/core',
      '@cfworker/uuid',
      '@restmapper/liveupdate',
      '@restmapper/liveupdate/server',
      '@restmapper/cli',
      'node:fs',
      'Lodash',
      '#internal',
      '/absolute.ts',
      'https://cdn.example/x.js',
    ];

    expect(await refusedImports('frontend/src/app/probe.ts', [...allowed, ...foreign])).to.deep.equal(
      foreign,
    );
  });

  it('let only Try import its editor', async () => {
    const allowed = ['vue', '@codemirror/commands', '@codemirror/view', '@lezer/highlight', '../app.ts'];
    const foreign = ['pinia', '@codemirror/search', '@codemirror/view/dist/index.js', '@lezer/lr'];

    expect(await refusedImports('frontend/src/views/try/probe.ts', [...allowed, ...foreign])).to.deep.equal(
      foreign,
    );
  });

  it('keep the services apart', async () => {
    const specifiers = ['@restmapper/bus', '@restmapper/workers', 'amqplib', 'ws'];

    expect(await refusedImports('packages/liveupdate/src/probe.ts', specifiers)).to.deep.equal([
      '@restmapper/workers',
      'amqplib',
    ]);
  });

  it('keep the order of the folders in a package', async () => {
    const specifiers = [
      '../../contract/bus.ts',
      '../connection/link.ts',
      './declare.ts',
      '../consuming/consumer.ts',
      '../amqp-bus.ts',
      '../../index.ts',
    ];

    expect(await refusedImports('packages/bus/src/amqp/topology/probe.ts', specifiers)).to.deep.equal(
      specifiers.slice(3),
    );
  });
});
