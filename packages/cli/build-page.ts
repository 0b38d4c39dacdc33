import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = ['package-lock.json', 'frontend', 'packages/liveupdate/client'];
const built = 'packages/cli/page/index.html';

/** When a file or anything in a folder was changed last, in epoch milliseconds; 0 when it is not there. */
function changedAtMs(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== 'node_modules' && name !== 'dist');
  return Math.max(stats.mtimeMs, ...names.map((name) => changedAtMs(join(path, name))));
}

// A build takes seconds, and this look takes none.
const newestSourceMs = Math.max(...sources.map((path) => changedAtMs(join(root, path))));
if (changedAtMs(join(root, built)) < newestSourceMs) {
  const { status } = spawnSync('npm run --silent build -w frontend', {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: true,
  });
  process.exitCode = status ?? 1;
}
