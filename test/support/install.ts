import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { findBinaries, isExecutable, type Program } from './programs.ts';

/** Debian runs this program before a package starts its service; status 101 forbids it. */
const policyFile = '/usr/sbin/policy-rc.d';

/**
 * Installs missing programs if this process may: as root on Debian and its derivatives.
 *
 * Otherwise, and when it fails, it leaves the machine unchanged: `findProgram` then looks for an alternative.
 */
export async function installMissing(programs: readonly Program[]): Promise<void> {
  const missing: string[] = [];
  for (const program of programs) {
    if ((await findBinaries(program)) === undefined) missing.push(program.debianPackage);
  }
  if (missing.length === 0 || process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) return;

  console.error(`installing ${missing.join(', ')}`);
  await withoutServices(async () => {
    if (await aptGet(['update'])) await aptGet(['install', '--yes', '--no-install-recommends', ...missing]);
  });
}

async function withoutServices(install: () => Promise<void>): Promise<void> {
  const created = await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
  try {
    if (created) await chmod(policyFile, 0o755);
    await install();
  } finally {
    if (created) await rm(policyFile);
  }
}

async function aptGet(args: readonly string[]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn('/usr/bin/apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    stdio: ['ignore', 2, 2],
  });
  const [code] = await once(child, 'close');
  return code === 0;
}
