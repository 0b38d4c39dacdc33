import { BusError } from '@restmapper/bus';
import { ConfigError } from '@restmapper/core';
import { DatabaseError, openPostgres } from '@restmapper/workers';
import {
  checkDatabaseUrl,
  checkUrl,
  findForeignPolicies,
  importDefinitions,
  parseList,
  readSecret,
} from '@restmapper/host';
import { type DefinitionsCommand, definitionsOf, rolesOf, type RolesCommand } from './topology.ts';

export type ApplyCommand = DefinitionsCommand & RolesCommand;

/**
 * Gives every role its user and rights, on the servers whose administrators the environment names.
 *
 * Whatever is wrong with the file or a setting is found before a server is asked.
 * @throws ConfigError
 */
export async function applyTopology(command: ApplyCommand): Promise<number> {
  const { terminal } = command;
  const steps = [forBroker(command), forDatabase(command)].filter((step) => step !== undefined);
  if (steps.length === 0) throw new ConfigError('BROKER_ADMIN_URL or DATABASE_ADMIN_URL must be set');
  try {
    for (const step of steps) terminal.print(`${await step()}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof BusError || error instanceof DatabaseError)) throw error;
    terminal.printError(`rights could not be given: ${error.message} (${error.code})\n`);
    return 1;
  }
}

/** Resolves with what has been done. */
type Step = () => Promise<string>;

function forBroker(command: ApplyCommand): Step | undefined {
  const { env, readFile } = command.terminal;
  const urls = parseList(readSecret(env, 'BROKER_ADMIN_URL', readFile));
  for (const url of urls) checkUrl('BROKER_ADMIN_URL', url, ['http:', 'https:']);
  if (urls.length === 0) return undefined;
  const definitions = definitionsOf(command);
  return async () => {
    await importDefinitions(urls, definitions);
    const { queues, policies } = definitions;
    const foreign = await findForeignPolicies(urls, { vhost: command.vhost, queues, own: policies[0] });
    for (const sentence of foreign) command.terminal.printError(`warning: ${sentence}\n`);
    return 'RabbitMQ has the users, rights, exchanges, queues and policy of the file';
  };
}

function forDatabase(command: ApplyCommand): Step | undefined {
  const { env, readFile } = command.terminal;
  const url = readSecret(env, 'DATABASE_ADMIN_URL', readFile);
  if (url === undefined) return undefined;
  checkDatabaseUrl('DATABASE_ADMIN_URL', url, readFile);
  const sql = rolesOf(command);
  return async () => {
    const db = openPostgres({ url, maxConnections: 1 });
    try {
      await db.query(sql);
    } finally {
      await db.close();
    }
    return 'PostgreSQL has the roles and their rights';
  };
}
