import { ConfigError, formatProblems, type Log, silentLog } from '@restmapper/core';
import { sqlProblem } from '@restmapper/endpoints';
import { isAbsent } from './absent-database.ts';
import type { Database, Queryable } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { type MigrationFile, readMigrationFiles } from './migration-files.ts';
import { lockSchema } from './schema-lock.ts';
import { describeStatementFailure } from './statement-failure.ts';
import { unready } from './table-fault.ts';

interface Recorded {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** A folder of migrations compared with a database. */
export interface MigrationState {
  /** Not applied, in order. */
  readonly pending: readonly MigrationFile[];
  /** Applied, but newer than the files: the names. */
  readonly newer: readonly string[];
}

/**
 * Brings an application's own tables up to date; returns the names of the files it applied.
 *
 * Each file runs in its own transaction, under the lock of restmapper's own migrations. A role without the right to
 * create objects can run it when there is nothing to apply.
 * @throws ConfigError if a file is invalid, fails, or was changed after it had been applied.
 * @throws DatabaseError `away`, or `unready` if this role may not apply a file
 */
export async function migrateApplication(
  db: Database,
  directory: string,
  log: Log = silentLog,
): Promise<readonly string[]> {
  if (isAbsent(db)) return [];
  const { pending, newer } = await inspectMigrations(db, directory);
  if (newer.length > 0) {
    log.warn({ migrations: newer }, 'the database has migrations of a newer release');
  }
  const applied: string[] = [];
  for (const file of pending) {
    if (!(await applyOrExplain(db, file))) continue;
    log.info({ migration: file.name }, 'applied a migration of the application');
    applied.push(file.name);
  }
  return applied;
}

/** Compares a folder with a database. @throws ConfigError, DatabaseError */
export async function inspectMigrations(db: Queryable, directory: string): Promise<MigrationState> {
  return compareMigrations(await readMigrationFiles(directory), await readRecorded(db));
}

/** @throws ConfigError if a file was changed or renamed after it had been applied */
export function compareMigrations(
  files: readonly MigrationFile[],
  recorded: readonly Recorded[],
): MigrationState {
  const pending = files.filter((file) => !isApplied(file, recorded));
  const first = pending[0];
  const later = first && recorded.find(({ number }) => number > first.number && number <= files.length);
  if (later) {
    throw new ConfigError(
      `the migration ${first.name} is not applied, but ${later.name} is; give ${first.name} the next number`,
      [],
      '/migrations',
    );
  }
  return { pending, newer: recorded.filter(({ number }) => number > files.length).map(({ name }) => name) };
}

function isApplied({ number, name, checksum, path }: MigrationFile, recorded: readonly Recorded[]): boolean {
  const known = recorded.find((entry) => entry.number === number);
  if (!known) return false;
  if (known.checksum === checksum) return true;
  const message =
    known.name === name
      ? `the migration ${path} was changed after it had been applied; restore it, and add a new file instead`
      : `the migration ${path} has the number of ${known.name}, which is applied; give it the next number`;
  throw new ConfigError(message, [], '/migrations');
}

async function readRecorded(db: Queryable): Promise<readonly Recorded[]> {
  const [table] = await db.query<{ exists: boolean }>(
    `SELECT to_regclass('restmapper_application_migration') IS NOT NULL AS exists`,
  );
  if (!table?.exists) return [];
  return await db.query<Recorded>(
    'SELECT number, name, checksum FROM restmapper_application_migration ORDER BY number',
  );
}

async function applyOrExplain(db: Database, file: MigrationFile): Promise<boolean> {
  try {
    return await db.transaction((tx) => apply(tx, file));
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
    if (error.code === '42501') {
      const advice = 'run `restmapper migrate` as the owner of the tables';
      throw unready(
        `the migration ${file.name} is not applied, and this user may not: ${error.message} (42501); ${advice}`,
        error,
      );
    }
    const problem = sqlProblem({ file: file.path, text: file.sql }, toMistake(error, file));
    throw Object.assign(new ConfigError(formatProblems([problem]), [problem]), { cause: error });
  }
}

/** PostgreSQL counts characters, not UTF-16 units. */
function toMistake(error: DatabaseError, { sql }: MigrationFile) {
  const { code, message, position = 1, detail, hint } = describeStatementFailure(error);
  const notes = [message, detail, hint].filter((note) => note !== undefined).join('; ');
  const advice = code === '57014' ? '; `restmapper migrate` waits longer' : '';
  const place = Array.from(sql)
    .slice(0, position - 1)
    .join('').length;
  return { message: `${code}: ${notes}${advice}`, place };
}

/** Returns whether this process applied it. */
async function apply(tx: Queryable, { number, name, checksum, sql }: MigrationFile): Promise<boolean> {
  await lockSchema(tx);
  await tx.query(
    `CREATE TABLE IF NOT EXISTS restmapper_application_migration (
       number   integer     PRIMARY KEY,
       name     text        NOT NULL,
       checksum text        NOT NULL,
       applied  timestamptz NOT NULL DEFAULT now()
     )`,
  );
  const recorded = await readRecorded(tx);
  if (recorded.some((entry) => entry.number === number)) return false;
  const [before] = await tx.query<{ path: string }>(`SELECT current_setting('search_path') AS path`);
  await tx.query(sql);
  // Dumps empty it, for the rest of the session.
  await tx.query(`SELECT set_config('search_path', $1, false)`, [before?.path ?? '']);
  await tx.query(
    'INSERT INTO restmapper_application_migration (number, name, checksum) VALUES ($1, $2, $3)',
    [number, name, checksum],
  );
  return true;
}
