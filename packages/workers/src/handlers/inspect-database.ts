import { ConfigError } from '@restmapper/core';
import { type Migrations, tableOf, type Worker } from '@restmapper/endpoints';
import { inspectMigrations } from '../database/application-migrations.ts';
import type { Database, Queryable } from '../database/database.ts';
import { DatabaseError } from '../database/database-error.ts';
import { pendingMigrations } from '../database/migrate.ts';
import { findTableFault, findWrongShape, type TableName, type TableUse } from '../database/table-fault.ts';
import type { WorkerOf } from '../work/handler-room.ts';
import { appendTable } from './append/append-table.ts';
import { assertInbox } from './once/inbox.ts';
import { pageTable } from './page/page-table.ts';
import { openStatement } from './sql/open-statement.ts';

/** What workers need in a database, and what of it is there. */
export interface DatabaseInspection {
  /** The names of migrations that are not applied; empty if no worker needs any. */
  readonly pending: readonly string[];
  /** The names of the application's migrations that are not applied. */
  readonly applicationPending: readonly string[];
  /** Tables that a worker cannot use as they are, each for the first worker of which that is so. */
  readonly tables: readonly TableState[];
  /** Statements of the file that PostgreSQL does not prepare, each with the reason. */
  readonly statements: readonly { readonly worker: string; readonly text: string }[];
  /** Tables that `append` has written for a worker that is gone, with the position of their newest row. */
  readonly leftOver: readonly { readonly table: string; readonly position: number }[];
  /** Whether this user may create tables. */
  readonly mayCreate: boolean;
}

/**
 * A table that is not as its worker needs it.
 *
 * | kind | who changes that |
 * |---|---|
 * | `missing`, `incomplete` | `migrate`, or the worker when it starts |
 * | `unusable` | the operator |
 */
export interface TableState {
  readonly worker: string;
  readonly table: string;
  readonly kind: 'missing' | 'incomplete' | 'unusable';
  /** A sentence that names the table. */
  readonly text: string;
}

/**
 * Compares a database with what the workers need; changes nothing.
 *
 * @throws DatabaseError `away`; ConfigError if an applied migration was edited.
 */
export async function inspectDatabase(
  workers: readonly Worker[],
  db: Database,
  migrations?: Migrations,
): Promise<DatabaseInspection> {
  const files = migrations && (await inspectMigrations(db, migrations.directory));
  const applicationPending = (files?.pending ?? []).map(({ name }) => name);
  const [rights] = await db.query<{ mayCreate: boolean }>(
    `SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate"`,
  );
  const needing = workers.filter(({ use, once }) => tableOf(use) !== undefined || once !== undefined);
  const pending = needing.length === 0 ? [] : await pendingMigrations(db);
  const tables: TableState[] = [];
  for (const worker of needing) {
    const state = await inspectTable(db, worker, pending.length > 0);
    const isKnown = tables.some(({ text }) => text === state?.text);
    if (state && !isKnown) tables.push({ worker: worker.name, ...state });
  }
  return {
    pending,
    applicationPending,
    tables,
    // They may need what the migrations create.
    statements: applicationPending.length > 0 ? [] : await inspectStatements(db, workers),
    leftOver: await findLeftOver(db, workers),
    mayCreate: rights?.mayCreate ?? false,
  };
}

async function inspectTable(
  db: Database,
  { use }: Worker,
  isPending: boolean,
): Promise<Omit<TableState, 'worker'> | undefined> {
  if (use.kind === 'module' || use.kind === 'sql') return isPending ? undefined : await inspectInbox(db);
  const table = use.kind === 'append' ? appendTable(use) : pageTable(use);
  return await inspectMessageTable(db, table, use.kind);
}

async function inspectInbox(db: Database): Promise<Omit<TableState, 'worker'> | undefined> {
  try {
    await assertInbox(db);
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
    return { table: 'restmapper_inbox', kind: 'unusable', text: error.message };
  }
}

async function inspectMessageTable(
  db: Queryable,
  table: TableName,
  use: TableUse,
): Promise<Omit<TableState, 'worker'> | undefined> {
  const { name } = table;
  const shape = await findWrongShape(db, table, use);
  if (!shape.exists) return { table: name, kind: 'missing', text: `the table ${name} does not exist` };
  if (shape.fault) return { table: name, kind: 'unusable', text: shape.fault.text };
  const fault = await findTableFault(db, table, use);
  if (!fault) return undefined;
  return { table: name, kind: fault.kind === 'foreign' ? 'unusable' : 'incomplete', text: fault.text };
}

async function inspectStatements(
  db: Database,
  workers: readonly Worker[],
): Promise<DatabaseInspection['statements']> {
  const found: { readonly worker: string; readonly text: string }[] = [];
  for (const worker of workers) {
    if (!isOfSql(worker)) continue;
    const { describe } = await openStatement(worker);
    const text = await describe(db).then(
      () => undefined,
      (error: unknown) => faultOf(error),
    );
    if (text !== undefined) found.push({ worker: worker.name, text });
  }
  return found;
}

function isOfSql(worker: Worker): worker is WorkerOf<'sql'> {
  return worker.use.kind === 'sql';
}

function faultOf(error: unknown): string {
  const isFault = error instanceof ConfigError || (error instanceof DatabaseError && error.kind !== 'away');
  if (!isFault) throw error;
  return error.message;
}

async function findLeftOver(
  db: Queryable,
  workers: readonly Worker[],
): Promise<DatabaseInspection['leftOver']> {
  const [head] = await db.query<{ exists: boolean }>(
    `SELECT to_regclass('restmapper_head') IS NOT NULL
       AND coalesce(has_table_privilege(to_regclass('restmapper_head'), 'SELECT'), false) AS exists`,
  );
  if (!head?.exists) return [];
  const named = workers.flatMap(({ use }) => tableOf(use) ?? []);
  const rows = await db.query<{ name: string; position: string }>(
    `SELECT name, position FROM restmapper_head
     WHERE name <> ALL ($1::text[]) AND to_regclass(quote_ident(name)) IS NOT NULL ORDER BY name`,
    [named],
  );
  return rows.map(({ name, position }) => ({ table: name, position: Number(position) }));
}
