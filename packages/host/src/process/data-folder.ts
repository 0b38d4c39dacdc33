import { existsSync, mkdirSync } from 'node:fs';
import { ConfigError } from '@restmapper/core';
import { type Database, type EmbeddedOptions, openEmbedded } from '@restmapper/workers';
import { fileReasonOf } from './file-error.ts';

/**
 * Opens the embedded database.
 *
 * @throws ConfigError if its folder cannot be used, or another process uses it.
 */
export async function openEmbeddedIn(
  options: EmbeddedOptions & { readonly directory: string },
): Promise<Database> {
  try {
    return await openEmbedded(options);
  } catch (error) {
    const reason = reasonOf(error, options.directory);
    if (reason === undefined) throw error;
    throw new ConfigError(
      `DATA_DIR ${options.directory} cannot hold the embedded database: ${reason}; set it to another folder, or set DATABASE_URL`,
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
