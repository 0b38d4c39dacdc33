import { ConfigError } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import {
  DatabaseError,
  type DatabaseInspection,
  inspectDatabase,
  openPostgres,
  type TableState,
} from '@restmapper/workers';
import type { LiveFinding } from './live-finding.ts';

/** How long connecting, and each statement, may take. */
const timeoutMs = 4000;

/** Compares a database with what the workers of a file need. */
export async function databaseFindings(
  url: string,
  { workers, migrations }: Pick<Model, 'workers' | 'migrations'>,
): Promise<readonly LiveFinding[]> {
  const db = openPostgres({
    url,
    maxConnections: 1,
    connectTimeoutMs: timeoutMs,
    statementTimeoutMs: timeoutMs,
  });
  try {
    return findingsOf(await inspectDatabase(workers, db, migrations));
  } catch (error) {
    return [failureOf(error)];
  } finally {
    await db.close();
  }
}

function failureOf(error: unknown): LiveFinding {
  if (error instanceof ConfigError)
    return { code: 'LIVE_CONFLICT', object: { kind: 'migration', name: '' }, message: error.message };
  if (!(error instanceof DatabaseError)) throw error;
  const code = error.code === '' ? '' : ` (${error.code})`;
  return {
    code: 'LIVE_UNREACHABLE',
    object: { kind: 'database', name: 'DATABASE_URL' },
    message: `the database cannot be used: ${error.message}${code}; check DATABASE_URL`,
  };
}

function findingsOf({
  pending,
  applicationPending,
  tables,
  statements,
  leftOver,
  mayCreate,
}: DatabaseInspection): readonly LiveFinding[] {
  const todo = mayCreate
    ? '`restmapper migrate` applies it, and so does the first worker'
    : 'this user may not create tables: run `restmapper migrate` as the owner';
  return [
    ...pending.map((name) => ({
      code: 'LIVE_MIGRATION' as const,
      object: { kind: 'migration' as const, name },
      message: `the migration ${name} is not applied; ${todo}`,
    })),
    ...applicationPending.map((name) => ({
      code: 'LIVE_MIGRATION' as const,
      object: { kind: 'migration' as const, name },
      message: `the application's migration ${name} is not applied; ${todo}`,
    })),
    ...tables.map((table) => tableFinding(table, mayCreate)),
    ...statements.map(({ worker, text }) => ({
      code: 'LIVE_CONFLICT' as const,
      object: { kind: 'statement' as const, name: worker },
      message: text,
    })),
    ...leftOver.map(({ table, position }) => ({
      code: 'LIVE_LEFTOVER' as const,
      object: { kind: 'table' as const, name: table },
      messages: position,
      message: `no worker of the file uses the table ${table}, whose newest row is at position ${position}; drop it if it is no longer needed`,
    })),
  ];
}

function tableFinding({ worker, table, kind, text }: TableState, mayCreate: boolean): LiveFinding {
  const object = { kind: 'table' as const, name: table };
  if (kind === 'unusable') return { code: 'LIVE_CONFLICT', object, message: `worker ${worker}: ${text}` };
  const todo = mayCreate
    ? 'the worker creates what is missing when it starts'
    : 'this user may not create tables: run `restmapper migrate` as the owner';
  return {
    code: mayCreate ? 'LIVE_MISSING' : 'LIVE_MIGRATION',
    object,
    message: `worker ${worker}: ${text}; ${todo}`,
  };
}
