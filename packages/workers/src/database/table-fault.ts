import { escapeIdentifier } from 'pg';
import type { Queryable } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { type Extras, indexesSql, missingExtra, typeOf } from './extras.ts';

/** A table's name, plain and quoted for a statement, and what a worker needs in it besides the message. */
export interface TableName extends Extras {
  readonly name: string;
  readonly identifier: string;
}

/** A worker's use of a table: `append` writes, `page` only reads. */
export type TableUse = 'append' | 'page';

/**
 * Why a worker cannot use its table.
 *
 * | kind | who repairs it |
 * |---|---|
 * | `incomplete` | the worker: one of restmapper's objects is missing or outdated |
 * | `foreign` | the operator: the table belongs to another program, was changed, or lacks rights |
 */
export interface TableFault {
  readonly kind: 'incomplete' | 'foreign';
  /** A sentence that names the table. */
  readonly text: string;
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** Is NOT NULL, and has no default. */
  readonly isRequired: boolean;
  /** PostgreSQL generates its value and accepts no other. */
  readonly isGenerated: boolean;
}

/** A relation in the catalog. */
export interface Shape {
  /** `pg_class.relkind`. */
  readonly kind: string;
  readonly columns: readonly Column[];
  /** Whether message_id is unique. */
  readonly isUnique: boolean;
  /** The columns of each index that holds all rows. */
  readonly indexes: readonly (readonly string[])[];
}

interface Found extends Shape {
  readonly isMigrated: boolean;
  readonly exists: boolean;
}

const ourColumns: ReadonlyMap<string, string> = new Map([
  ['id', 'bigint'],
  ['message_id', 'uuid'],
  ['message', 'jsonb'],
]);

/** @see https://www.postgresql.org/docs/current/catalog-pg-class.html */
const otherKinds: ReadonlyMap<string, string> = new Map([
  ['v', 'a view'],
  ['m', 'a materialized view'],
  ['f', 'a foreign table'],
  ['S', 'a sequence'],
]);

/**
 * Finds why a worker cannot use its table: checks the catalog and the head row, and runs the worker's
 * statement without rows, which also fails if a right is missing or the table is locked.
 *
 * @throws DatabaseError `away`
 */
export async function findTableFault(
  db: Queryable,
  table: TableName,
  use: TableUse,
): Promise<TableFault | undefined> {
  try {
    return (await findCatalogFault(db, table, use)) ?? (await findHeadFault(db, table, use));
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
    return foreign(table, error.message);
  }
}

/** Like {@link findTableFault}, but throws the fault. @throws DatabaseError `unready` */
export async function assertUsable(db: Queryable, table: TableName, use: TableUse): Promise<void> {
  const fault = await findTableFault(db, table, use);
  if (fault) throw unready(fault.text);
}

export function unready(text: string, cause?: DatabaseError): DatabaseError {
  return new DatabaseError('unready', cause?.code ?? '', new Error(text, { cause }));
}

/** Describes why `append` or `page` cannot use a relation; `undefined` if it can, or if only extras are missing. */
export function wrongShape(
  { kind, columns, isUnique }: Shape,
  use: TableUse,
  { columns: extra = [] }: Extras = {},
): string | undefined {
  const other = otherKinds.get(kind);
  if (other !== undefined) return `it is ${other}`;
  const missing = [...ourColumns.keys()].filter((name) => !columns.some((column) => column.name === name));
  if (missing.length > 0) {
    return `it is not one of restmapper's, as it has no column ${missing.join(', ')}; rename it, or name another table in the file`;
  }
  const types = new Map([...ourColumns, ...extra.map((column) => [column.name, typeOf(column)] as const)]);
  for (const { name, type, isGenerated, isRequired } of columns) {
    const wanted = types.get(name);
    if (wanted !== undefined && type !== wanted) return `its column ${name} is ${type}, not ${wanted}`;
    if (use === 'page') continue;
    if (wanted !== undefined && isGenerated) return `its column ${name} is generated always`;
    if (wanted === undefined && isRequired) {
      return `its column ${name} takes no NULL and has no default, and append has no value for it`;
    }
  }
  return use === 'page' || isUnique ? undefined : 'it has no unique index on message_id alone';
}

/** Whether a table exists, and if so, whether its shape is wrong, also before the migrations. @throws DatabaseError */
export async function findWrongShape(
  db: Queryable,
  table: TableName,
  use: TableUse,
): Promise<{ readonly exists: boolean; readonly fault?: TableFault }> {
  const found = await readCatalog(db, table);
  if (!found?.exists) return { exists: false };
  const wrong = wrongShape(found, use, table);
  return { exists: true, ...(wrong !== undefined && { fault: foreign(table, wrong) }) };
}

async function findCatalogFault(
  db: Queryable,
  table: TableName,
  use: TableUse,
): Promise<TableFault | undefined> {
  const found = await readCatalog(db, table);
  if (!found?.isMigrated)
    return incomplete(`${about(table)} restmapper's own tables and functions are missing`);
  if (!found.exists) return incomplete(`the table ${table.name} does not exist`);
  const wrong = wrongShape(found, use, table);
  if (wrong !== undefined) return foreign(table, wrong);
  const missing = missingExtra(found, table);
  return missing === undefined ? undefined : incomplete(`the table ${table.name} ${missing}`);
}

async function readCatalog(db: Queryable, { identifier }: TableName): Promise<Found | undefined> {
  const [found] = await db.query<Found>(
    `SELECT
       to_regclass('restmapper_head') IS NOT NULL
         AND to_regprocedure('restmapper_append(text, uuid[], text)') IS NOT NULL
         AND to_regprocedure('restmapper_refused(text[])') IS NOT NULL
         AND to_regprocedure('restmapper_page(text, bigint, bigint, bigint)') IS NOT NULL
         AND to_regprocedure('restmapper_found(text, text[])') IS NOT NULL AS "isMigrated",
       relation.oid IS NOT NULL AS "exists",
       relation.relkind::text AS kind,
       (
         SELECT coalesce(json_agg(json_build_object(
           'name', attname,
           'type', format_type(atttypid, atttypmod),
           'isRequired', attnotnull AND NOT atthasdef AND attidentity = '',
           'isGenerated', attgenerated <> '' OR attidentity = 'a'
         ) ORDER BY attnum), '[]')
         FROM pg_attribute WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
       ) AS columns,
       EXISTS (
         SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
         WHERE indrelid = relation.oid AND attname = 'message_id' AND indnkeyatts = 1
           AND indisunique AND indimmediate AND indisvalid AND indpred IS NULL
       ) AS "isUnique",
       ${indexesSql('relation.oid')} AS indexes
     FROM (SELECT to_regclass($1) AS oid) AS named LEFT JOIN pg_class AS relation ON relation.oid = named.oid`,
    [identifier],
  );
  return found;
}

async function findHeadFault(
  db: Queryable,
  { name, identifier, columns = [] }: TableName,
  use: TableUse,
): Promise<TableFault | undefined> {
  const names = ['id', 'message_id', 'message', ...columns.map((column) => escapeIdentifier(column.name))];
  const nothing = `SELECT ${names.join(', ')} FROM ${identifier} WHERE false`;
  await db.query(use === 'append' ? `INSERT INTO ${identifier} (${names.join(', ')}) ${nothing}` : nothing);
  const [head] = await db.query<{ isNewest: boolean }>(
    `SELECT position >= coalesce((SELECT max(id) FROM ${identifier}), 0) AS "isNewest"
     FROM restmapper_head WHERE name = $1 ${use === 'append' ? 'FOR UPDATE' : ''}`,
    [name],
  );
  if (!head) return incomplete(`the table ${name} has no row in restmapper_head`);
  if (head.isNewest || use === 'page') return undefined;
  return incomplete(
    `the row of the table ${name} in restmapper_head is older than the newest row of the table`,
  );
}

function incomplete(text: string): TableFault {
  return { kind: 'incomplete', text };
}

function foreign(table: TableName, what: string): TableFault {
  return { kind: 'foreign', text: `${about(table)} ${what}` };
}

function about({ name }: TableName): string {
  return `the table ${name} cannot be used:`;
}
