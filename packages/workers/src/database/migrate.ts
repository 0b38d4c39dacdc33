import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { ConfigError, type Log, silentLog } from '@restmapper/core';
import type { Database, Queryable } from './database.ts';
import { lockSchema } from './schema-lock.ts';

export interface MigrateOptions {
  /** @default silentLog */
  readonly log?: Log;
  /** The folder of the numbered files. @default the one in this package */
  readonly directory?: URL;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Recorded {
  readonly name: string;
  readonly checksum: string;
}

/** The same path from `src` and from `dist`. */
const shippedDirectory = new URL('../../sql/', import.meta.url);

/**
 * Brings the database's schema up to date; returns the names of the files it applied.
 *
 * Each file runs in its own transaction, under a lock, so several processes may do this concurrently. A role
 * without the right to create objects can run it when there is nothing to apply.
 * @throws ConfigError if a file was edited after it had been applied.
 * @throws DatabaseError
 */
export async function migrate(
  db: Database,
  { log = silentLog, directory = shippedDirectory }: MigrateOptions = {},
): Promise<readonly string[]> {
  const migrations = await readMigrations(directory);
  const recorded = await readRecorded(db);
  const applied: string[] = [];
  for (const migration of migrations) {
    if (isRecorded(migration, recorded)) continue;
    if (!(await db.transaction((tx) => apply(tx, migration)))) continue;
    log.info({ migration: migration.name }, 'applied a migration');
    applied.push(migration.name);
  }
  return applied;
}

/**
 * The names of the files that `migrate` would apply.
 *
 * @throws ConfigError if a file was edited after it had been applied.
 * @throws DatabaseError
 */
export async function pendingMigrations(db: Queryable): Promise<readonly string[]> {
  const recorded = await readRecorded(db);
  const migrations = await readMigrations(shippedDirectory);
  return migrations.filter((migration) => !isRecorded(migration, recorded)).map(({ name }) => name);
}

async function readMigrations(directory: URL): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{3}_\w+\.sql$/.test(name)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readRecorded(db: Queryable): Promise<readonly Recorded[]> {
  const [table] = await db.query<{ exists: boolean }>(
    `SELECT to_regclass('restmapper_migration') IS NOT NULL AS exists`,
  );
  return table?.exists ? await db.query<Recorded>('SELECT name, checksum FROM restmapper_migration') : [];
}

function isRecorded({ name, checksum }: Migration, recorded: readonly Recorded[]): boolean {
  const match = recorded.find((entry) => entry.name === name);
  if (match && match.checksum !== checksum) {
    throw new ConfigError(`migration ${name} was edited after it had been applied; add a new file instead`);
  }
  return match !== undefined;
}

/** Returns whether this process applied it. */
async function apply(tx: Queryable, migration: Migration): Promise<boolean> {
  await lockSchema(tx);
  // First, also because a session sees a table created by another one only after taking a lock.
  await tx.query(
    `CREATE TABLE IF NOT EXISTS restmapper_migration (
       name     text        PRIMARY KEY,
       checksum text        NOT NULL,
       applied  timestamptz NOT NULL DEFAULT now()
     )`,
  );
  if (isRecorded(migration, await readRecorded(tx))) return false;
  await tx.query(migration.sql);
  await tx.query('INSERT INTO restmapper_migration (name, checksum) VALUES ($1, $2)', [
    migration.name,
    migration.checksum,
  ]);
  return true;
}
