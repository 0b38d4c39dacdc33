import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { npmInstall } from '../support/npm-install.ts';
import type { Tarballs } from './tarballs.ts';

/** A file with an event to store, and a call for each module. */
function endpointsWith(modules: readonly string[]): string {
  const calls = modules.map(
    (_module, index) => `  POST /quotes/${index}: { rpc: true, body: { type: object } }\n`,
  );
  const workers = modules.map(
    (module, index) => `  quote_${index}: { on: POST /quotes/${index}, use: ./${module} }\n`,
  );
  return `endpoints:\n${calls.join('')}workers:\n${workers.join('')}`;
}

const body = `
  if (data.count === 0) throw new RequestError(404, 'NO_SUCH_ARTICLE');
  return { cents: data.count * 450, node: process.versions.node };
`;

const texts: Readonly<Record<string, string>> = {
  'quote.mjs': `import { defineHandler, RequestError } from 'restmapper/worker';
export default defineHandler(async ({ data }) => {${body}});
`,
  'quote.cjs': `const { defineHandler, RequestError } = require('restmapper/worker');
module.exports = defineHandler(async ({ data }) => {${body}});
`,
  'quote.ts': `import { type Call, defineHandler, RequestError } from 'restmapper/worker';
interface Order { readonly count: number }
export default defineHandler<Order>(async ({ data }: Call<Order>) => {${body}});
`,
};

/** Writes modules and a file that uses them into a project; returns the name of the file. */
export async function writeApplication(project: string, modules: readonly string[]): Promise<string> {
  for (const module of modules) await writeFile(join(project, module), texts[module] ?? '');
  const file = `${modules.join('-')}.yaml`;
  await writeFile(join(project, file), endpointsWith(modules));
  return file;
}

/** Creates a project of ES modules, and installs both tarballs as a user would; returns its folder. */
export async function installProject({ folder, restmapper, client }: Tarballs): Promise<string> {
  const project = join(folder, 'esm');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await npmInstall(project, [restmapper, client]);
  return project;
}

/** The same for CommonJS, with copies of our packages and links to all others. */
export async function copyProject({ folder }: Tarballs, original: string): Promise<string> {
  const project = join(folder, 'commonjs');
  const from = join(original, 'node_modules');
  const to = join(project, 'node_modules');
  await mkdir(to, { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "commonjs" }');
  for (const name of await readdir(from)) {
    if (name === 'restmapper' || name === '@restmapper')
      await cp(join(from, name), join(to, name), { recursive: true });
    else await symlink(join(from, name), join(to, name));
  }
  return project;
}

/** Links this repository's TypeScript loader into a project. */
export async function linkTsx(project: string): Promise<void> {
  await symlink(resolve('node_modules/tsx'), join(project, 'node_modules/tsx'));
}
