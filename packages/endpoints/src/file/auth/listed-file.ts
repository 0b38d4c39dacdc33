import { deepFreeze } from '../../model/freeze.ts';
import { Report } from '../../yaml/report.ts';
import { createStructureCheck } from '../structure.ts';
import { readYaml } from '../../yaml/yaml-reader.ts';
import { type ApiClient, type RawClients, readClients } from '../../schemes/api-key.ts';
import { type BasicUser, type RawUsers, readUsers } from '../../schemes/basic.ts';

const checkClients = createStructureCheck('#/definitions/clients');
const checkUsers = createStructureCheck('#/definitions/users');

/**
 * Reads the text of a `clientsFile`.
 *
 * @throws ConfigError CONFIG_INVALID with every mistake in the file.
 */
export function parseClients(source: string, file: string): readonly ApiClient[] {
  return parseListed(source, file, (value, report) =>
    // The check has removed everything else.
    readClients(checkClients(value, report) as RawClients, '', report),
  );
}

/**
 * Reads the text of a `usersFile`.
 *
 * @throws ConfigError CONFIG_INVALID with every mistake in the file.
 */
export function parseUsers(source: string, file: string): readonly BasicUser[] {
  return parseListed(source, file, (value, report) =>
    // The check has removed everything else.
    readUsers(checkUsers(value, report) as RawUsers),
  );
}

function parseListed<T>(source: string, file: string, read: (value: unknown, report: Report) => T): T {
  const report = new Report(source, file);
  const value = readYaml(source, { env: {}, report });
  if (value === undefined) report.throwIfAny();
  const listed = read(value, report);
  report.throwIfAny();
  return deepFreeze(listed);
}
