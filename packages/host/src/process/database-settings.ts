import { ConfigError } from '@restmapper/core';
import { parseDatabaseUrl, readDatabaseTls } from '@restmapper/workers';

/**
 * Checks the URL of a database, as it stands in a variable.
 *
 * The files that it names are read too, as a missing one would keep the process from ever connecting.
 * @throws ConfigError that names the variable, and repeats neither user nor password.
 */
export function checkDatabaseUrl(name: string, url: string, readFile: (path: string) => string): void {
  try {
    readDatabaseTls(parseDatabaseUrl(url).tls, readFile);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ConfigError(`${name}${error instanceof SyntaxError ? '' : ':'} ${error.message}`);
  }
}
