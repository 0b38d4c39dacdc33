import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError, formatProblems } from '@restmapper/core';
import {
  createLocator,
  type Environment,
  type Locate,
  type Model,
  parseEndpoints,
  type ParseOptions,
} from '@restmapper/endpoints';
import { describeFileError } from './file-error.ts';
import { createIncludeReader, type OnLook } from './include-files.ts';
import { foreignEncoding } from './text-encoding.ts';

/** The default file of every command. */
export const defaultFile = 'endpoints.yaml';

export interface OpenModelOptions extends Pick<ParseOptions, 'onNote'> {
  /** Called with each included file, and each folder of a pattern. */
  readonly onLook?: OnLook;
}

/**
 * Reads and parses an `endpoints.yaml`, with the files that it includes.
 *
 * @throws ConfigError if it is unreadable, or with every mistake in it.
 */
export function openModel(file: string, env: Environment, options: OpenModelOptions = {}): Model {
  const { onNote, onLook } = options;
  const files = { file, env, ...includesOf(file, onLook) };
  return parseEndpoints(readTextFile(file), { ...files, ...(onNote && { onNote }) });
}

/** Locates what shows only after an `endpoints.yaml` was read. @throws ConfigError when it cannot be read. */
export function openLocator(file: string, env: Environment): Locate {
  return createLocator(readTextFile(file), { file, env, ...includesOf(file) });
}

function includesOf(file: string, onLook?: OnLook): Pick<ParseOptions, 'directory' | 'includes'> {
  return { directory: dirname(resolve(file)), includes: createIncludeReader(onLook) };
}

/** Locates an error that names only a value of the file. */
export function locateError(error: unknown, locate: Locate): unknown {
  if (!(error instanceof ConfigError) || !error.place) return error;
  const { pointer, within } = error.place;
  const problem = locate(pointer, error.message, within);
  return Object.assign(new ConfigError(formatProblems([problem]), [problem]), { cause: error });
}

/** Reads a file as text. @throws ConfigError if it is unreadable or not UTF-8. */
export function readTextFile(file: string): string {
  return decode(readSource(file), file);
}

function decode(bytes: Buffer, file: string): string {
  const encoding = foreignEncoding(bytes);
  if (encoding !== undefined) throw new ConfigError(`${file} is ${encoding}; save it as UTF-8`);
  return bytes.toString('utf8');
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
