import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError, type Model, parseEndpoints } from '@restmapper/endpoints';
import { describeFileError } from './file-error.ts';

/** The file that every command reads unless told otherwise. */
export const defaultFile = 'endpoints.yaml';

/**
 * Reads and parses an `endpoints.yaml`.
 *
 * @throws ConfigError when it cannot be read, or with every mistake in it.
 */
export function openModel(file: string, env: Readonly<Record<string, string | undefined>>): Model {
  return parseEndpoints(readSource(file), { file, env, directory: dirname(resolve(file)) });
}

function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) throw new ConfigError(`${file} does not exist; name another with --file`);
    throw new ConfigError(`${file} cannot be read: ${describeFileError(error)}`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
