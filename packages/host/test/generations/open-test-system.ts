import { randomUUID } from 'node:crypto';
import { silentLog } from '@restmapper/core';
import { Client } from 'pg';
import { amqpUrl } from '../../../../test/support/amqp.ts';
import { databaseUrl as serverUrl } from '../../../../test/support/database.ts';
import { use } from '../../../../test/support/use.ts';
import { parseSettings } from '../../src/process/settings.ts';
import { createService, type Service } from '../../src/process/service.ts';
import { openSystem, type System } from '../../src/roles/open-system.ts';
import { roles } from '../../src/roles/roles.ts';
import { createModels, type Models } from './models.ts';

export interface TestSystem {
  readonly system: System;
  readonly service: Service;
  readonly models: Models;
  /** The base URL of the API. */
  readonly api: string;
  /** The base URL without a path. */
  readonly url: string;
  /** Queries the database. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** Opens everything in this process, with model `a`, on RabbitMQ or the bus in memory, and PostgreSQL. */
export async function openTestSystem(kind: 'servers' | 'memory'): Promise<TestSystem> {
  const models = createModels();
  const { url: databaseUrl, client } = await createDatabase();
  if (kind === 'servers') use(models, () => models.remove());
  const env = {
    PORT: '0',
    ADMIN_PORT: '0',
    DATABASE_URL: databaseUrl,
    ...(kind === 'servers' && { AMQP_URL: amqpUrl() }),
  };
  const role = roles.start;
  const settings = parseSettings(env, { role, readFile: () => '' });
  const service = createService({ role, settings, model: models.a, log: silentLog });
  use(service, () => service.closers.closeAll({ timeoutMs: 5_000, log: silentLog }));
  const system = await openSystem(service, role);
  const url = new URL(system.urls[0]?.[1] ?? '').origin;
  const query = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
  return { system, service, models, url, api: `${url}/api/v1`, query };
}

async function createDatabase() {
  const name = `generations_${randomUUID().replaceAll('-', '')}`;
  const server = use(new Client({ connectionString: serverUrl() }), (client) => client.end());
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  use(name, () => server.query(`DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const client = use(new Client({ connectionString: url.href }), (client) => client.end());
  await client.connect();
  return { url: url.href, client };
}
