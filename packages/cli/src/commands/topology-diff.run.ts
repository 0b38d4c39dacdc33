import { BusError } from '@restmapper/bus';
import { ConfigError } from '@restmapper/core';
import { topologyOf } from '@restmapper/endpoints';
import {
  askManagement,
  type BrokerObjects,
  checkUrl,
  differencesOf,
  openModel,
  parseList,
  readSecret,
} from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

export interface DiffCall extends FileCall {
  readonly vhost: string;
}

/**
 * Lists how the broker differs from the file, and what is left over from an older one; changes nothing.
 *
 * Resolves with 1 if it lists anything. @throws ConfigError
 */
export async function run({ file, vhost, terminal }: DiffCall): Promise<number> {
  const { env, readFile } = terminal;
  const model = openModel(file, env);
  const urls = parseList(readSecret(env, 'BROKER_ADMIN_URL', readFile));
  for (const url of urls) checkUrl('BROKER_ADMIN_URL', url, ['http:', 'https:']);
  if (urls.length === 0) throw new ConfigError('BROKER_ADMIN_URL must be set');
  try {
    const path = `/api/definitions/${encodeURIComponent(vhost)}`;
    const answer = await askManagement(urls, { method: 'GET', path, patienceMs: 0 });
    // In the format that RabbitMQ documents.
    const differences = differencesOf(topologyOf(model), JSON.parse(answer) as BrokerObjects);
    for (const difference of differences) terminal.print(`${difference}\n`);
    if (differences.length === 0) terminal.print('RabbitMQ matches the file\n');
    return differences.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    terminal.printError(`the broker could not be queried: ${error.message} (${error.code})\n`);
    return 1;
  }
}
