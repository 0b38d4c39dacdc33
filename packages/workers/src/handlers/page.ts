import type { Queryable } from '../database.ts';
import { compactJson } from './json-compact.ts';
import type { MessageTable } from './message-table.ts';
import type { PageArgs } from './page-args.ts';
import { unready } from './table-fault.ts';

/**
 * Reads one page of a table, newest first, in one statement.
 *
 * Its JSON is written by PostgreSQL, so numbers of any size and precision stay exact:
 *
 * ```json
 * {"paginationId":7,"offset":0,"limit":20,"total":7,"messages":[{"a":1.10}]}
 * ```
 *
 * Positions have no holes: `total`, the number of messages up to `paginationId`, is `paginationId`,
 * and a page at any depth is one range of the primary key. A `paginationId` that is not reached yet
 * counts as the newest; what was stored later than `paginationId` does not move its pages.
 * @throws DatabaseError
 */
export async function readPage(db: Queryable, table: MessageTable, args: PageArgs): Promise<Buffer> {
  const { paginationId = null, offset, limit } = args;
  const [row] = await db.query<{ page: string }>(
    `SELECT format(
       '{"paginationId":%s,"offset":%s,"limit":%s,"total":%s,"messages":[%s]}',
       start.position, $3::bigint, $4::bigint, start.position,
       (
         SELECT string_agg(message::text, ',' ORDER BY id DESC)
         FROM (
           SELECT id, message FROM ${table.identifier}
           WHERE id <= start.position - $3 AND id > start.position - $3 - $4
           ORDER BY id DESC LIMIT $4
         ) AS rows
       )
     ) AS page
     FROM (SELECT least(position, $2::bigint) AS position FROM restmapper_head WHERE name = $1) AS start`,
    [table.name, paginationId, offset, limit],
  );
  if (!row) throw unready(`the table ${table.name} has no row in restmapper_head`);
  return compactJson(Buffer.from(row.page));
}
