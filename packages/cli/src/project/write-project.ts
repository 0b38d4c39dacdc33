import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '@restmapper/core';
import { describeFileError } from '@restmapper/host';
import type { ProjectPlan } from './plan-project.ts';

/**
 * Writes a project into a folder; no file but `package.json` is overwritten.
 *
 * @throws ConfigError with the first file that cannot be written.
 */
export function writeProject(folder: string, { files, changedManifest }: ProjectPlan): void {
  for (const [path, text] of files) write(join(folder, path), text, 'wx');
  if (changedManifest !== undefined) write(join(folder, 'package.json'), changedManifest, 'w');
}

function write(path: string, text: string, flag: 'w' | 'wx'): void {
  makeFolder(dirname(path));
  try {
    writeFileSync(path, text, { flag });
  } catch (error) {
    throw new ConfigError(`${path} cannot be written: ${describeFileError(error)}`);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new ConfigError(`${path} cannot be created: ${describeFileError(error)}`);
  }
}
