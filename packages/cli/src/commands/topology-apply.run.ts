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
import { type DefinitionsCall, definitionsOf, rolesOf, type RolesCall } from './topology-documents.ts';

export type ApplyCall = DefinitionsCall & RolesCall;

/**
 * Sets up each role's user and rights on the servers whose administrators the environment names.
 *
 * Mistakes in the file or a setting are found before a server is changed.
 * @throws ConfigError
 */
export async function run(call: ApplyCall): Promise<number> {
  const { terminal } = call;
  const steps = [forBroker(call), forDatabase(call)].filter((step) => step !== undefined);
  if (steps.length === 0) throw new ConfigError('BROKER_ADMIN_URL or DATABASE_ADMIN_URL must be set');
  try {
    for (const step of steps) terminal.print(`${await step()}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof BusError || error instanceof DatabaseError)) throw error;
    terminal.printError(`the rights could not be applied: ${error.message} (${error.code})\n`);
    return 1;
  }
}

/** Resolves with a description of the result. */
type Step = () => Promise<string>;

function forBroker(call: ApplyCall): Step | undefined {
  const { env, readFile } = call.terminal;
  const urls = parseList(readSecret(env, 'BROKER_ADMIN_URL', readFile));
  for (const url of urls) checkUrl('BROKER_ADMIN_URL', url, ['http:', 'https:']);
  if (urls.length === 0) return undefined;
  const definitions = definitionsOf(call);
  return async () => {
    await importDefinitions(urls, definitions);
    const { queues, policies } = definitions;
    const foreign = await findForeignPolicies(urls, { vhost: call.vhost, queues, own: policies[0] });
    for (const sentence of foreign) call.terminal.printError(`warning: ${sentence}\n`);
    return 'RabbitMQ has the users, rights, exchanges, queues and policy of the file';
  };
}

function forDatabase(call: ApplyCall): Step | undefined {
  const { env, readFile } = call.terminal;
  const url = readSecret(env, 'DATABASE_ADMIN_URL', readFile);
  if (url === undefined) return undefined;
  checkDatabaseUrl('DATABASE_ADMIN_URL', url, readFile);
  const sql = rolesOf(call);
  return async () => {
    if (sql === undefined) return 'no worker of the file uses a database';
    const db = openPostgres({ url, maxConnections: 1 });
    try {
      await db.query(sql);
    } finally {
      await db.close();
    }
    return 'PostgreSQL has the roles and their rights';
  };
}
