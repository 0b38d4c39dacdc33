import { ConfigError } from '@restmapper/core';
import { parseDatabaseUrl, readDatabaseTls } from '@restmapper/workers';

/**
 * Validates the URL of a database in a variable.
 *
 * It also reads the files that it names, as a missing one would prevent every connection.
 * @throws ConfigError naming the variable, without user and password.
 */
export function checkDatabaseUrl(name: string, url: string, readFile: (path: string) => string): void {
  try {
    readDatabaseTls(parseDatabaseUrl(url).tls, readFile);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ConfigError(`${name}${error instanceof SyntaxError ? '' : ':'} ${error.message}`);
  }
}
