import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Installs packages into a folder, without running their scripts. */
export async function npmInstall(cwd: string, packages: readonly string[]): Promise<void> {
  const args = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...packages];
  await execute('npm', args, { cwd });
}
