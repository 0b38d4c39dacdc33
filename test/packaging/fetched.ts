import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { npmInstall } from '../support/npm-install.ts';

/** A version of Node to run installed packages with. */
export interface Node {
  readonly major: number;
  readonly program: string;
}

/** Versions other than the one that runs the tests. */
export const otherMajors = [22, 24] as const;

/** Kept between runs, because they are large; `npm ci` deletes them. */
const cache = resolve('node_modules/.cache/packaging');

/** Fetches other versions of Node: the npm packages that `node` takes its programs from. */
export async function fetchNodes(): Promise<readonly Node[]> {
  const { platform, arch } = process;
  return Promise.all(
    otherMajors.map(async (major) => {
      const folder = await fetchPackage(`node-${major}`, `node-${platform}-${arch}@${major}`);
      return { major, program: join(folder, 'bin/node') };
    }),
  );
}

/** Fetches the oldest supported TypeScript, which cannot be installed beside our own. */
export function fetchTypeScript(): Promise<string> {
  return fetchPackage('typescript-5.4', 'typescript@~5.4.5');
}

/** Fetches a package from npm, unless it is there; returns its folder. */
async function fetchPackage(name: string, version: string): Promise<string> {
  const folder = join(cache, name);
  const fetched = join(folder, 'node_modules', name);
  if (!existsSync(fetched)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await npmInstall(folder, [`${name}@npm:${version}`]);
  }
  return fetched;
}
