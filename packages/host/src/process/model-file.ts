import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isUtf8 } from 'node:buffer';
import { ConfigError } from '@restmapper/core';
import {
  createLocator,
  type Environment,
  type Locate,
  type Model,
  parseEndpoints,
  type ParseOptions,
} from '@restmapper/endpoints';
import { describeFileError } from './file-error.ts';

/** The default file of every command. */
export const defaultFile = 'endpoints.yaml';

/**
 * Reads and parses an `endpoints.yaml`.
 *
 * @throws ConfigError if it is unreadable, or with every mistake in it.
 */
export function openModel(file: string, env: Environment, onNote?: ParseOptions['onNote']): Model {
  const directory = dirname(resolve(file));
  return parseEndpoints(readTextFile(file), { file, env, directory, ...(onNote && { onNote }) });
}

/** Locates what shows only after an `endpoints.yaml` was read. @throws ConfigError when it cannot be read. */
export function openLocator(file: string, env: Environment): Locate {
  return createLocator(readTextFile(file), { file, env });
}

/** Reads a file as text. @throws ConfigError if it is unreadable or not UTF-8. */
export function readTextFile(file: string): string {
  return decode(readSource(file), file);
}

/** Editors on Windows write UTF-16 for "Unicode". */
function decode(bytes: Buffer, file: string): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return bytes.toString('utf8');
  const isUtf16 = bytes.includes(0) || /^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2));
  throw new ConfigError(`${file} is ${isUtf16 ? 'UTF-16' : 'not UTF-8'}; save it as UTF-8`);
}

function readSource(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isMissing(error)) throw new ConfigError(`${file} does not exist; name another with --file`);
    throw new ConfigError(`${file} cannot be read: ${describeFileError(error)}`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
