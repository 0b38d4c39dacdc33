import type { ColumnType } from '@restmapper/endpoints';
import { escapeIdentifier } from 'pg';
import type { Queryable } from './database.ts';

/** What a worker needs in its table besides the message and its position. */
export interface Extras {
  /** @default none */
  readonly columns?: readonly ExtraColumn[];
  /** The columns of each index, which end with `id`. @default none */
  readonly indexes?: readonly (readonly string[])[];
}

export interface ExtraColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** What a table in the catalog has. */
interface Present {
  readonly columns: readonly { readonly name: string }[];
  readonly indexes: readonly (readonly string[])[];
}

/** The type of a column as the catalog names it. */
export function typeOf({ type }: ExtraColumn): string {
  return type === 'timestamptz' ? 'timestamp with time zone' : type;
}

/** Describes the first column or index that is missing, with the statement that adds it. */
export function missingExtra(
  present: Present,
  { identifier, columns = [], indexes = [] }: Extras & { readonly identifier: string },
): string | undefined {
  const column = columns.find(({ name }) => !present.columns.some((other) => other.name === name));
  if (column) {
    return `has no column ${column.name}; its owner adds it by: ${addColumn(identifier, column)}`;
  }
  const index = indexes.find((names) => !hasIndex(present, names));
  if (!index) return undefined;
  const concurrently = createIndex(identifier, index).replace('INDEX', 'INDEX CONCURRENTLY');
  return `has no index on (${index.join(', ')}); its owner creates it by: ${concurrently}`;
}

/** Whether an index begins with these columns. */
function hasIndex({ indexes }: Pick<Present, 'indexes'>, names: readonly string[]): boolean {
  return indexes.some((index) => names.every((name, place) => index[place] === name));
}

/** Adds the columns and indexes that an existing table lacks. */
export async function addExtras(
  tx: Queryable,
  table: Extras & { readonly identifier: string },
): Promise<void> {
  const { identifier, columns = [], indexes = [] } = table;
  if (columns.length + indexes.length === 0) return;
  for (const column of columns) await tx.query(addColumn(identifier, column, 'IF NOT EXISTS '));
  const [found] = await tx.query<Pick<Present, 'indexes'>>(
    `SELECT ${indexesSql('to_regclass($1)')} AS indexes`,
    [identifier],
  );
  for (const names of indexes) {
    if (!found || !hasIndex(found, names)) await tx.query(createIndex(identifier, names));
  }
}

/** The expression for the columns of each index of a table that holds all its rows, as JSON. */
export function indexesSql(oid: string): string {
  return `(
    SELECT coalesce(json_agg(ARRAY(
      SELECT attname::text FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (number, place)
      JOIN pg_attribute ON attrelid = indrelid AND attnum = key.number
      WHERE place <= indnkeyatts ORDER BY place
    )), '[]')
    FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid JOIN pg_am ON pg_am.oid = index.relam
    WHERE indrelid = ${oid} AND indisvalid AND indpred IS NULL AND indexprs IS NULL AND amname = 'btree'
  )`;
}

function addColumn(identifier: string, { name, type }: ExtraColumn, condition = ''): string {
  return `ALTER TABLE ${identifier} ADD COLUMN ${condition}${escapeIdentifier(name)} ${type}`;
}

function createIndex(identifier: string, names: readonly string[]): string {
  return `CREATE INDEX ON ${identifier} (${names.map(escapeIdentifier).join(', ')})`;
}
