import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Finds the main file of a package that a module can import, even if the package was installed while the process runs.
 *
 * Node remembers as long as it runs that a package is missing, so it is asked only about one that is there.
 */
export function findPackage(name: string, modulePath: string): string | undefined {
  const { resolve } = createRequire(modulePath);
  const folders = resolve.paths(name) ?? [];
  // Plug'n'Play has no such folders.
  const isInstalled = 'pnp' in process.versions || folders.some((folder) => existsSync(join(folder, name)));
  if (!isInstalled) return undefined;
  try {
    return resolve(name);
  } catch {
    return undefined;
  }
}
