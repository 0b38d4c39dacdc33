import { existsSync, mkdirSync } from 'node:fs';
import { ConfigError } from '@restmapper/core';
import {
  type Database,
  type EmbeddedOptions,
  openEmbedded,
  openEmbeddedConsole,
  type SqlConsole,
  type SqlConsoleOptions,
} from '@restmapper/workers';
import { fileReasonOf } from './file-error.ts';

/**
 * Opens the embedded database.
 *
 * @throws ConfigError if its folder cannot be used, or another process uses it.
 */
export async function openEmbeddedIn(
  options: EmbeddedOptions & { readonly directory: string },
): Promise<Database> {
  return await withReason(openEmbedded(options), options.directory);
}

/**
 * Opens a console on the embedded database, which must exist.
 *
 * @throws ConfigError if its folder has none or cannot be used, or another process uses it.
 */
export async function openEmbeddedConsoleIn(
  options: SqlConsoleOptions & { readonly directory: string },
): Promise<SqlConsole> {
  return await withReason(openEmbeddedConsole(options), options.directory);
}

/** Explains an error of the file system. @throws ConfigError */
async function withReason<T>(opening: Promise<T>, directory: string): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    const reason = reasonOf(error, directory);
    if (reason === undefined) throw error;
    throw new ConfigError(
      `DATA_DIR ${directory} cannot hold the embedded database: ${reason}; set it to another folder, or set DATABASE_URL`,
    );
  }
}

/** Node reports a folder on a read-only file system as missing; creating it reveals the reason. */
function reasonOf(error: unknown, directory: string): string | undefined {
  const reason = fileReasonOf(error);
  if (reason === undefined || existsSync(directory)) return reason;
  try {
    mkdirSync(directory);
  } catch (cause) {
    return fileReasonOf(cause) ?? reason;
  }
  return reason;
}
