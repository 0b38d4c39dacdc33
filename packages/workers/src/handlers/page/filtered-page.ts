import { compactJson, requestError } from '@restmapper/core';
import { escapeIdentifier } from 'pg';
import type { Queryable } from '../../database/database.ts';
import type { MessageTable } from '../../database/message-table.ts';
import { unready } from '../../database/table-fault.ts';
import type { Condition } from './conditions.ts';
import type { PageArgs } from './page-args.ts';
import { maxPageBytes, tooLarge } from './page.ts';

/** Which rows of a table a page is about. */
export interface Selection {
  /** `undefined` if no row passes. */
  readonly conditions: readonly Condition[] | undefined;
  /** The column by which the rows are sorted before their position, and which is not NULL in any of them. */
  readonly sortedBy?: string | undefined;
}

/** How far `total` is counted. */
export const maxTotal = 1_000;
/** How many rows may be skipped, each of which costs time. */
export const maxOffset = 10_000;

interface Found {
  readonly position: string;
  readonly total: number;
  readonly messages: string | null;
  readonly next: string | null;
  readonly isAnchored: boolean;
}

/**
 * Reads one page of the rows of a table that pass conditions, in one statement:
 *
 * ```json
 * {"paginationId":7,"offset":0,"limit":1,"total":2,"messages":[{"a":1.10}],"next":5}
 * ```
 *
 * `next` is the position of the page's last message if others follow: `after` of the next page, which costs the same
 * at any depth. `total` is counted up to {@link maxTotal}; beyond, `totalIsAtLeast` is true. Messages stored later than
 * `paginationId` are neither counted nor shown.
 * @throws DatabaseError
 * @throws RequestError REPLY_TOO_LARGE; INVALID_QUERY if `offset` is too large, or the message at `after` is gone
 */
export async function readFilteredPage(
  db: Queryable,
  table: MessageTable,
  { selection, args }: { readonly selection: Selection; readonly args: PageArgs },
): Promise<Buffer> {
  const { offset, limit } = args;
  if (offset > maxOffset)
    throw invalid('offset', `must be at most ${maxOffset}; send \`after\` for deeper pages`);
  const { sql, values } = createQuery(table, selection, args);
  const [row] = await db.query<Found>(
    `SELECT head AS position, total, restmapper_page($1, ids[:$2::integer], $3) AS messages,
       CASE WHEN cardinality(ids) > $2::integer THEN ids[$2::integer] END AS next, is_anchored AS "isAnchored"
     FROM restmapper_found($4, $5)`,
    [table.name, limit, maxPageBytes, sql, values],
  );
  if (!row) throw unready(`the table ${table.name} has no row in restmapper_head`);
  const { position, total, messages, next, isAnchored } = row;
  if (messages === null) throw tooLarge();
  if (!isAnchored) throw invalid('after', 'must be the `next` of a page with the same filters');
  const more = total > maxTotal ? `${maxTotal},"totalIsAtLeast":true` : total;
  const page = `{"paginationId":${position},"offset":${offset},"limit":${limit},"total":${more},"messages":[${messages}],"next":${next}}`;
  return compactJson(Buffer.from(page));
}

interface Query {
  readonly sql: string;
  /** The elements of its `$1`. */
  readonly values: readonly (string | null)[];
}

function createQuery(
  { name, identifier }: MessageTable,
  { conditions, sortedBy }: Selection,
  { paginationId, offset, limit, after }: PageArgs,
): Query {
  const values: (string | null)[] = [];
  const bind = (value: string | number | undefined, type: string): string =>
    `($1[${values.push(value === undefined ? null : String(value))}])::${type}`;
  const passes = (conditions ?? []).map(
    ({ name: column, type, operator, text }) => `${escapeIdentifier(column)} ${operator} ${bind(text, type)}`,
  );
  if (conditions === undefined) passes.push('false');
  const sort = sortedBy === undefined ? undefined : escapeIdentifier(sortedBy);
  if (sort !== undefined) passes.push(`${sort} IS NOT NULL`);
  const where = [...passes, 'id <= start.position'].join(' AND ');
  const last = after === undefined ? undefined : bind(after, 'bigint');
  // The message at `after` must be one of these, so that nothing of another one shows.
  const anchor = `SELECT ${sort} FROM ${identifier} WHERE ${[...passes, `id = ${last}`].join(' AND ')}`;
  const follows = sort === undefined ? `id < ${last}` : `(${sort}, id) < ((${anchor}), ${last})`;
  const needsAnchor = sort !== undefined && last !== undefined && conditions !== undefined;
  const sql = `SELECT position,
      (SELECT count(*) FROM (SELECT FROM ${identifier} WHERE ${where} LIMIT ${maxTotal + 1}) AS counted)::integer,
      ARRAY(
        SELECT id FROM ${identifier} WHERE ${last === undefined ? where : `${where} AND ${follows}`}
        ORDER BY ${sort === undefined ? '' : `${sort} DESC, `}id DESC
        OFFSET ${bind(offset, 'bigint')} LIMIT ${bind(limit + 1, 'bigint')}
      ),
      ${needsAnchor ? `EXISTS (${anchor})` : 'true'}
    FROM (
      SELECT least(position, ${bind(paginationId, 'bigint')}) AS position
      FROM restmapper_head WHERE name = ${bind(name, 'text')}
    ) AS start`;
  return { sql, values };
}

function invalid(name: string, detail: string) {
  return requestError('INVALID_QUERY', {
    detail: `${name} ${detail}`,
    violations: [{ pointer: `/${name}`, detail }],
  });
}
