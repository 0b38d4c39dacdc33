import { randomUUID } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import type { Database, Queryable } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import type { JsonQuery } from './json-query.ts';
import type { ParameterForm } from './sql-parameter.ts';

const formsSql = `
  SELECT coalesce(json_agg(CASE
    WHEN type.typcategory = 'A' THEN 'array'
    WHEN coalesce(nullif(type.typbasetype, 0), type.oid) IN ('json'::regtype, 'jsonb'::regtype) THEN 'json'
    ELSE 'scalar' END ORDER BY used.place), '[]') AS forms
  FROM pg_prepared_statements AS statement,
    unnest(statement.parameter_types) WITH ORDINALITY AS used (type, place)
    JOIN pg_type AS type ON type.oid = used.type
  WHERE statement.name = $1`;

/** What PostgreSQL knows of a statement. */
export interface StatementDescription {
  /** Which values its parameters take. */
  readonly forms: readonly ParameterForm[];
  /** A name that two columns of its result have, in quotes. */
  readonly repeated?: string | undefined;
  /** One of `columns` that its result does not have. */
  readonly absent?: string | undefined;
}

export interface DescribeOptions {
  readonly parameterCount: number;
  /** Those that its result must have. */
  readonly columns: readonly string[];
}

/**
 * Has PostgreSQL prepare a statement, and forget it.
 *
 * @throws DatabaseError if it is wrong, or this role lacks a right that it needs
 */
export async function describeStatement(
  db: Database,
  { sql, rowsSql }: Pick<JsonQuery, 'sql' | 'rowsSql'>,
  { parameterCount, columns }: DescribeOptions,
): Promise<StatementDescription> {
  const name = `restmapper_${randomUUID().replaceAll('-', '')}`;
  return await db.transaction(async (tx) => {
    await tx.query(`PREPARE ${name} AS ${sql}`);
    const [row] = await tx.query<{ forms: readonly ParameterForm[] }>(formsSql, [name]);
    const missing = await findMissingRight(tx, name, parameterCount);
    // A rollback would keep it.
    await tx.query(`DEALLOCATE ${name}`);
    if (missing) throw missing;
    const forms = row?.forms ?? [];
    if (rowsSql === undefined) return { forms };
    const tryOut = (query: string) => tryToPrepare(tx, name, rowsSql + query);
    return { forms, repeated: await findRepeated(tryOut), absent: await findAbsent(tryOut, columns) };
  });
}

type TryOut = (query: string) => Promise<DatabaseError | undefined>;

/** A natural join of the result with itself is ambiguous if it repeats a name. */
async function findRepeated(tryOut: TryOut): Promise<string | undefined> {
  const failure = await tryOut('SELECT FROM restmapper_row AS one NATURAL JOIN restmapper_row AS other');
  if (failure?.code !== '42702') return undefined;
  // The words are localized.
  return /["«„][^"»“]+["»“]/.exec(failure.message)?.[0] ?? 'alike';
}

async function findAbsent(tryOut: TryOut, columns: readonly string[]): Promise<string | undefined> {
  for (const column of columns) {
    const failure = await tryOut(`SELECT restmapper_row.${escapeIdentifier(column)} FROM restmapper_row`);
    if (failure?.code === '42703') return column;
  }
  return undefined;
}

async function tryToPrepare(tx: Queryable, name: string, sql: string): Promise<DatabaseError | undefined> {
  const failure = await failureOf(tx, `PREPARE ${name} AS ${sql}`);
  if (!failure) await tx.query(`DEALLOCATE ${name}`);
  return failure;
}

/** How many characters `PREPARE name AS ` has: places of errors count from its beginning. */
export const preparePrefixLength = `PREPARE restmapper_${'0'.repeat(32)} AS `.length;

/** Rights are checked when a statement is planned, not when it is prepared. @throws DatabaseError `away` */
async function findMissingRight(
  tx: Queryable,
  name: string,
  parameterCount: number,
): Promise<DatabaseError | undefined> {
  const values = parameterCount === 0 ? '' : `(${Array(parameterCount).fill('NULL').join(', ')})`;
  const error = await failureOf(tx, `EXPLAIN EXECUTE ${name}${values}`);
  // Anything else may be due to the values.
  return error?.code === '42501' ? error : undefined;
}

/** Runs a statement without effect, also on the transaction; returns its failure. @throws DatabaseError `away` */
async function failureOf(tx: Queryable, sql: string): Promise<DatabaseError | undefined> {
  await tx.query('SAVEPOINT restmapper_trial');
  try {
    await tx.query(sql);
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
    await tx.query('ROLLBACK TO SAVEPOINT restmapper_trial');
    return error;
  }
}
