import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Need } from './needs.ts';

const builds = {
  packages: ['node_modules/typescript/bin/tsc', '-b'],
  page: ['packages/host/build-page.js'],
} as const;

/** Builds the packages and the page if tests need them. @throws Error when a build fails. */
export async function buildNeeded(needs: ReadonlySet<Need>): Promise<void> {
  for (const name of ['packages', 'page'] as const) {
    if (!needs.has(name)) continue;
    const [code] = await once(spawn(process.execPath, builds[name], { stdio: 'inherit' }), 'exit');
    if (code !== 0) throw new Error(`the ${name} could not be built`);
  }
}
