import { createHash } from 'node:crypto';
import type { SqlStatement } from '@restmapper/endpoints';

/** What a statement must return; see docs/workers.md. */
type Expectation = 'one' | 'many' | 'affected';

/** A statement for which PostgreSQL returns one row: the reply. */
export interface JsonQuery {
  readonly sql: string;
  /** For it as a prepared statement: another text has another. */
  readonly name: string;
  /** The beginning of a query on the rows of the statement, `restmapper_row`. */
  readonly rowsSql: string | undefined;
  /** Where a character of `sql` stands in the text of the statement; `undefined` for one that is not of it. */
  readonly placeOf: (index: number) => number | undefined;
}

/** The row of a {@link JsonQuery}. */
export interface JsonRow {
  /** JSON; null for no row, for too many bytes, and if only rows are counted. */
  readonly reply: string | null;
  /** The bytes of the reply, or the number of rows; null for no row. */
  readonly size: string | null;
}

/** Larger replies do not fit on the bus. */
const maxReplyBytes = 16 * 1024 * 1024;

/** Each reads the rows of the statement as `restmapper_row`. No reply is built before it is known to fit. */
const answers: Readonly<Record<Expectation, string>> = {
  // A scalar subquery fails with 21000 if there is another row, and so undoes what the statement wrote.
  one: `SELECT CASE WHEN octet_length(json) <= ${maxReplyBytes} THEN json END AS reply, octet_length(json)::text AS size
FROM (SELECT (SELECT row_to_json(restmapper_row)::text FROM restmapper_row) AS json OFFSET 0) AS built`,
  many: `SELECT '[' || coalesce(string_agg(json, ',') FILTER (WHERE total <= ${maxReplyBytes}), '') || ']' AS reply, coalesce(max(total), 0)::text AS size
FROM (
  SELECT json, sum(octet_length(json) + 1) OVER (ROWS UNBOUNDED PRECEDING) AS total
  FROM (SELECT row_to_json(restmapper_row)::text AS json FROM restmapper_row OFFSET 0) AS texts
) AS measured`,
  affected: 'SELECT NULL AS reply, nullif(count(*), 0)::text AS size FROM restmapper_row',
};

/** Whether a reply was too long. */
export function isTooLarge({ size }: JsonRow): boolean {
  return Number(size) > maxReplyBytes;
}

/**
 * Lets PostgreSQL build the reply of a statement, so that numbers stay exact.
 *
 * The statement becomes the last query of a WITH, where it may write rows too.
 */
export function toJsonQuery(statement: SqlStatement, expect: Expectation): JsonQuery {
  const { sql, mainStart, returnsRows, placeOf } = statement;
  const main = sql.slice(mainStart);
  const opening = mainStart === 0 ? 'WITH restmapper_row AS (' : ', restmapper_row AS (';
  const mainAt = mainStart + opening.length;
  const returning = returnsRows ? '' : '\nRETURNING 1';
  const rows = `${sql.slice(0, mainStart)}${opening}${main}${returning}\n)\n`;
  const text = rows + answers[expect];
  return {
    sql: text,
    name: nameOf(text),
    rowsSql: rows,
    placeOf(index) {
      if (index < mainStart) return placeOf(index);
      return index < mainAt + main.length ? placeOf(Math.max(mainStart, index - opening.length)) : undefined;
    },
  };
}

const existsOpening = 'SELECT EXISTS (\n';

/** Asks whether a query has a row: `found` is `true` or `false`. */
export function toExistsQuery({ sql, placeOf }: SqlStatement): JsonQuery {
  const text = `${existsOpening}${sql}\n)::text AS found`;
  return {
    sql: text,
    name: nameOf(text),
    rowsSql: undefined,
    placeOf(index) {
      const at = index - existsOpening.length;
      return at >= 0 && at < sql.length ? placeOf(at) : undefined;
    },
  };
}

function nameOf(text: string): string {
  return `restmapper_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
