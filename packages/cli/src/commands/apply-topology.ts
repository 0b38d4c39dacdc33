import { BusError } from '@restmapper/bus';
import { ConfigError } from '@restmapper/endpoints';
import { DatabaseError, openPostgres } from '@restmapper/workers';
import type { Console } from '../console.ts';
import { importDefinitions } from '../privileges/management-api.ts';
import { checkUrl, parseList, readSecret } from '../settings.ts';
import { type DefinitionsCommand, definitionsOf, rolesOf, type RolesCommand } from './topology.ts';

export type ApplyCommand = DefinitionsCommand & RolesCommand;

/**
 * Gives every role its user and rights, on the servers whose administrators the environment names.
 *
 * Whatever is wrong with the file or a setting is found before a server is asked.
 * @throws ConfigError
 */
export async function applyTopology(command: ApplyCommand): Promise<number> {
  const brokerUrls = parseList(readAdmin('BROKER_ADMIN_URL', ['http:', 'https:'], command.console));
  const databaseUrl = readAdmin('DATABASE_ADMIN_URL', ['postgres:', 'postgresql:'], command.console);
  if (brokerUrls.length === 0 && databaseUrl === undefined)
    throw new ConfigError('BROKER_ADMIN_URL or DATABASE_ADMIN_URL must be set');
  const definitions = brokerUrls.length > 0 ? definitionsOf(command) : undefined;
  const sql = databaseUrl === undefined ? undefined : rolesOf(command);
  try {
    if (definitions) {
      await importDefinitions(brokerUrls, definitions);
      command.console.print('RabbitMQ has the users, rights, exchanges and queues of the file\n');
    }
    if (databaseUrl !== undefined && sql !== undefined) {
      await runSql(databaseUrl, sql);
      command.console.print('PostgreSQL has the roles and their rights\n');
    }
    return 0;
  } catch (error) {
    if (!(error instanceof BusError || error instanceof DatabaseError)) throw error;
    command.console.printError(`rights could not be given: ${error.message} (${error.code})\n`);
    return 1;
  }
}

function readAdmin(
  name: string,
  protocols: readonly string[],
  { env, readFile }: Console,
): string | undefined {
  const value = readSecret(env, name, readFile);
  for (const url of parseList(value)) checkUrl(name, url, protocols);
  return value;
}

async function runSql(url: string, sql: string): Promise<void> {
  const db = openPostgres({ url, maxConnections: 1 });
  try {
    await db.query(sql);
  } finally {
    await db.close();
  }
}
