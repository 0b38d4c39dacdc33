// JavaScript, because it runs before `npm start` says anything, and a loader for TypeScript takes its time.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = ['package-lock.json', 'frontend', 'packages/client'];
const built = 'packages/host/page/index.html';

/**
 * When a file or anything in a folder was changed last, in epoch milliseconds; 0 when it is not there.
 *
 * @param {string} path
 * @returns {number}
 */
function changedAtMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== 'node_modules' && name !== 'dist');
  return Math.max(stats.mtimeMs, ...names.map((name) => changedAtMs(join(path, name))));
}

// A build takes seconds, and this look takes none.
const newestSourceMs = Math.max(...sources.map((path) => changedAtMs(join(root, path))));
if (changedAtMs(join(root, built)) < newestSourceMs) {
  process.stderr.write('building the page, which takes some seconds the first time …\n');
  const { status } = spawnSync('npm run --silent build -w frontend', {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: true,
  });
  process.exitCode = status ?? 1;
}
