import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { databaseUrl } from '../../../../test/support/database.ts';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import type { PostgresOptions } from '../../src/database/postgres.ts';

/** An empty database on the server of the test run. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  create(): Promise<unknown>;
  drop(): Promise<unknown>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `workers_${randomUUID().replaceAll('-', '')}`;
  const create = () => onServer(`CREATE DATABASE ${name}`);
  const drop = () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await create();
  const url = new URL(databaseUrl());
  url.pathname = `/${name}`;
  return { name, url: url.href, create, drop };
}

/** A separate database for the running test, with its name. */
export async function useTestDatabase(): Promise<TestDatabase> {
  return use(await createTestDatabase(), (database) => database.drop());
}

/** An empty database for the running test, opened. */
export async function usePostgres(options: Partial<PostgresOptions> = {}): Promise<Database> {
  const { url } = await useTestDatabase();
  return use(openPostgres({ url, ...options }), (db) => db.close());
}

/** Runs a statement as the server's superuser, outside the databases of the tests; returns its rows. */
export async function onServer(sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Ends every connection to a database, idle or active; returns how many. */
export async function killConnections({ name }: TestDatabase): Promise<number> {
  const killed = await onServer(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
  return killed.length;
}
