import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '@restmapper/core';
import { describeFileError, type Terminal } from '@restmapper/host';
import type { CliOption, FileCall } from './cli-command.ts';

/** How a command that generates a text was called. */
export interface OutputCall extends FileCall {
  readonly output?: string;
}

/** The option of a command that generates a text. */
export const outputOption: CliOption = {
  flags: '-o, --output <path>',
  summary: 'write it to this file, replaced only when all is well, instead of printing it',
};

/**
 * Writes a text to the file of `--output`; without one, or with `-`, prints it.
 *
 * Readers of the file see the old text or the new one, never a part. A file that has this text already keeps its time,
 * so that nothing is built again.
 * @throws ConfigError if the file cannot be written; it is as before then.
 */
export function writeOutput(
  text: string,
  { output, terminal }: { readonly output?: string; readonly terminal: Terminal },
): void {
  if (output === undefined || output === '-') return terminal.print(text);
  try {
    writeFile(output, text);
  } catch (error) {
    throw new ConfigError(`--output ${output} cannot be written: ${describeFileError(error)}`);
  }
}

function writeFile(path: string, text: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  // A pipe or a device cannot be replaced, and a folder is an error.
  if (stats && !stats.isFile()) return writeFileSync(path, text);
  if (stats && readFileSync(path, 'utf8') === text) return;
  replace(stats ? realpathSync(path) : path, text, stats?.mode);
}

function replace(path: string, text: string, mode?: number): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    writeFileSync(beside, text, { flag: 'wx', ...(mode !== undefined && { mode }) });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
