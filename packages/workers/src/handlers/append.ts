import type { Queryable } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import type { MessageTable } from './message-table.ts';
import { splitRows } from './split-rows.ts';

/** A message to be stored. */
export interface Row {
  /** A UUID. */
  readonly messageId: string;
  /** UTF-8, of which PostgreSQL makes jsonb. */
  readonly json: Buffer;
}

/** A row that PostgreSQL refuses, whatever else is stored with it. */
export interface Refusal<R extends Row> {
  readonly row: R;
  /** SQLSTATE and message. */
  readonly reason: string;
}

export interface AppendResult<R extends Row> {
  readonly stored: readonly R[];
  /** In the table already, or earlier in the same batch. */
  readonly duplicates: readonly R[];
  readonly refused: readonly Refusal<R>[];
}

const nothing = { stored: [], duplicates: [], refused: [] };

/** Stands in no JSON text; see `restmapper_append`. */
const separator = Buffer.from('\u001e');

/**
 * Stores rows in their order, in one transaction, at the positions that follow the table's newest.
 *
 * @throws DatabaseError `data` when PostgreSQL refuses a row; then it stores none of them.
 */
export async function appendRows<R extends Row>(
  db: Queryable,
  table: MessageTable,
  rows: readonly R[],
): Promise<AppendResult<R>> {
  const messageIds = `{${rows.map(({ messageId }) => messageId).join()}}`;
  const [result] = await db.query<{ known: readonly number[] }>(
    'SELECT restmapper_append($1, $2, $3) AS known',
    [table.name, messageIds, joinTexts(rows)],
  );
  const known = new Set(result?.known);
  if (known.size === 0) return { ...nothing, stored: rows };
  return {
    stored: rows.filter((_row, index) => !known.has(index + 1)),
    duplicates: rows.filter((_row, index) => known.has(index + 1)),
    refused: [],
  };
}

/** Puts U+001E between the texts, where it costs less than an array's quotes. */
function joinTexts(rows: readonly Row[]): Buffer {
  const parts: Buffer[] = [];
  for (const { json } of rows) parts.push(separator, json);
  return Buffer.concat(parts.slice(1));
}

/**
 * Stores what PostgreSQL takes, and tells what it refuses.
 *
 * Only a batch that fails is searched: first for texts that are no jsonb, which one statement
 * finds; what is refused then, as by a constraint that was added to the table, is found by halving.
 * @throws DatabaseError of the kinds `away` and `defect`; parts of a very large batch may be stored
 */
export async function appendAccepted<R extends Row>(
  db: Queryable,
  table: MessageTable,
  rows: readonly R[],
): Promise<AppendResult<R>> {
  const results = await Promise.all(splitRows(rows).map((part) => appendPart(db, table, part)));
  return results.reduce(join, nothing);
}

async function appendPart<R extends Row>(
  db: Queryable,
  table: MessageTable,
  rows: readonly R[],
): Promise<AppendResult<R>> {
  try {
    return await appendRows(db, table, rows);
  } catch (error) {
    refusalOf(error);
  }
  const refused = await findInvalidJson(db, rows);
  const invalid = new Set(refused.map(({ row }) => row));
  const rest = rows.filter((row) => !invalid.has(row));
  return join({ ...nothing, refused }, await appendByHalves(db, table, rest));
}

async function findInvalidJson<R extends Row>(
  db: Queryable,
  rows: readonly R[],
): Promise<readonly Refusal<R>[]> {
  const found = await db.query<{ place: number; code: string; reason: string }>(
    'SELECT place, code, reason FROM restmapper_refused($1)',
    [rows.map(({ json }) => json.toString())],
  );
  return found.flatMap(({ place, code, reason }) => {
    const row = rows[place - 1];
    return row ? [{ row, reason: `${code}: ${reason}` }] : [];
  });
}

async function appendByHalves<R extends Row>(
  db: Queryable,
  table: MessageTable,
  rows: readonly R[],
): Promise<AppendResult<R>> {
  const [first] = rows;
  if (!first) return nothing;
  try {
    return await appendRows(db, table, rows);
  } catch (error) {
    const reason = refusalOf(error);
    if (rows.length === 1) return { ...nothing, refused: [{ row: first, reason }] };
  }
  const half = Math.ceil(rows.length / 2);
  return join(
    await appendByHalves(db, table, rows.slice(0, half)),
    await appendByHalves(db, table, rows.slice(half)),
  );
}

/** The reason why data was refused; throws any other error. */
function refusalOf(error: unknown): string {
  if (error instanceof DatabaseError && error.kind === 'data') return `${error.code}: ${error.message}`;
  throw error;
}

function join<R extends Row>(one: AppendResult<R>, other: AppendResult<R>): AppendResult<R> {
  return {
    stored: [...one.stored, ...other.stored],
    duplicates: [...one.duplicates, ...other.duplicates],
    refused: [...one.refused, ...other.refused],
  };
}
