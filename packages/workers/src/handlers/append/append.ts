import type { Row } from './row.ts';
import type { Queryable } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import { isStorageError } from '../../database/sqlstate.ts';
import type { MessageTable } from '../../database/message-table.ts';
import { columnArrays } from './column-arrays.ts';
import { splitRows } from './split-rows.ts';
import { assertUsable } from '../../database/table-fault.ts';

/** A row that PostgreSQL refuses, whatever else is stored with it. */
export interface RejectedRow<R extends Row> {
  readonly row: R;
  /** SQLSTATE and message. */
  readonly reason: string;
  /** Whether it will always be refused: because of its value, not by a trigger. */
  readonly isLasting: boolean;
}

export interface AppendResult<R extends Row> {
  readonly stored: readonly R[];
  /** Already in the table, or earlier in the same batch. */
  readonly duplicates: readonly R[];
  readonly refused: readonly RejectedRow<R>[];
}

const nothing = { stored: [], duplicates: [], refused: [] };

/** Never occurs in JSON text; see `restmapper_append`. */
const separator = Buffer.from('\u001e');

/**
 * Stores rows in order, in one transaction, at the positions after the table's newest.
 *
 * @throws DatabaseError `data` if PostgreSQL refuses a row; then none of them is stored.
 */
export async function appendRows<R extends Row>(
  db: Queryable,
  table: MessageTable,
  rows: readonly R[],
): Promise<AppendResult<R>> {
  const messageIds = `{${rows.map(({ messageId }) => messageId).join()}}`;
  const { columns = [] } = table;
  const more = columns.length === 0 ? [] : columnArrays(columns, rows);
  const [result] = await db.query<{ known: readonly number[] }>(
    more.length === 0
      ? 'SELECT restmapper_append($1, $2, $3) AS known'
      : 'SELECT restmapper_append($1, $2, $3, $4, $5, $6) AS known',
    [table.name, messageIds, joinTexts(rows), ...more],
  );
  const known = new Set(result?.known);
  if (known.size === 0) return { ...nothing, stored: rows };
  return {
    stored: rows.filter((_row, index) => !known.has(index + 1)),
    duplicates: rows.filter((_row, index) => known.has(index + 1)),
    refused: [],
  };
}

/** Joins the texts with U+001E, which is cheaper than an array's quotes. */
function joinTexts(rows: readonly Row[]): Buffer {
  const parts: Buffer[] = [];
  for (const { json } of rows) parts.push(separator, json);
  return Buffer.concat(parts.slice(1));
}

/** The destination of a batch. */
export interface Target {
  readonly db: Queryable;
  readonly table: MessageTable;
  /**
   * Probes the database after a loss. With it, a row that loses a responding database is refused like any
   * other, instead of being retried. @default a row that loses the database is never refused
   */
  readonly answers?: (error: DatabaseError) => Promise<boolean>;
}

/**
 * Stores the rows that PostgreSQL accepts, and returns those it refuses.
 *
 * Only a failed batch is searched: first, one statement finds texts that are not valid jsonb; rows that fail
 * for another reason, such as a constraint or a trigger, are found by bisection. A row is refused only if it
 * fails alone, and only while the table itself is valid.
 * @throws DatabaseError of the kinds `away` and `unready`; parts of a very large batch may have been stored
 */
export async function appendInto<R extends Row>(
  target: Target,
  rows: readonly R[],
): Promise<AppendResult<R>> {
  const results = await Promise.all(splitRows(rows).map((part) => appendPart(target, part)));
  return results.reduce(join, nothing);
}

async function appendPart<R extends Row>(target: Target, rows: readonly R[]): Promise<AppendResult<R>> {
  const { db, table } = target;
  try {
    return await appendRows(db, table, rows);
  } catch (error) {
    const failure = await failureOf(target, error);
    // Most often one of the texts is at fault, and the error says so.
    if (!failure.code.startsWith('22')) await assertUsable(db, table, 'append');
  }
  const refused = await findInvalidJson(db, rows);
  const invalid = new Set(refused.map(({ row }) => row));
  const rest = rows.filter((row) => !invalid.has(row));
  return join({ ...nothing, refused }, await appendByHalves(target, rest));
}

async function findInvalidJson<R extends Row>(
  db: Queryable,
  rows: readonly R[],
): Promise<readonly RejectedRow<R>[]> {
  const found = await db.query<{ place: number; code: string; reason: string }>(
    'SELECT place, code, reason FROM restmapper_refused($1)',
    [rows.map(({ json }) => json.toString())],
  );
  return found.flatMap(({ place, code, reason }) => {
    const row = rows[place - 1];
    return row ? [{ row, reason: `${code}: ${reason}`, isLasting: true }] : [];
  });
}

async function appendByHalves<R extends Row>(target: Target, rows: readonly R[]): Promise<AppendResult<R>> {
  const { db, table } = target;
  const [first] = rows;
  if (!first) return nothing;
  try {
    return await appendRows(db, table, rows);
  } catch (error) {
    const { kind, code, message } = await failureOf(target, error);
    if (rows.length === 1) {
      await assertUsable(db, table, 'append');
      return {
        ...nothing,
        refused: [{ row: first, reason: `${code}: ${message}`, isLasting: kind === 'data' }],
      };
    }
  }
  const half = Math.ceil(rows.length / 2);
  return join(
    await appendByHalves(target, rows.slice(0, half)),
    await appendByHalves(target, rows.slice(half)),
  );
}

/** Returns an error that may be the fault of a row; throws any other. */
async function failureOf({ answers }: Target, error: unknown): Promise<DatabaseError> {
  if (!(error instanceof DatabaseError) || error.kind === 'unready') throw error;
  if (error.kind === 'away' && (isStorageError(error) || !(await answers?.(error)))) throw error;
  return error;
}

function join<R extends Row>(one: AppendResult<R>, other: AppendResult<R>): AppendResult<R> {
  return {
    stored: [...one.stored, ...other.stored],
    duplicates: [...one.duplicates, ...other.duplicates],
    refused: [...one.refused, ...other.refused],
  };
}
