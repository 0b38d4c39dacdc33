import { compactJson, requestError, type RequestError } from '@restmapper/core';
import type { Queryable } from '../../database/database.ts';
import type { MessageTable } from '../../database/message-table.ts';
import type { PageArgs } from './page-args.ts';
import { unready } from '../../database/table-fault.ts';

/** More than the bus carries, as white space between tokens is removed before sending. */
export const maxPageBytes = 24 * 1024 * 1024;

/**
 * Reads one page of a table, newest first, in one statement.
 *
 * PostgreSQL builds its JSON, so numbers of any size and precision stay exact:
 *
 * ```json
 * {"paginationId":7,"offset":0,"limit":20,"total":7,"messages":[{"a":1.10}]}
 * ```
 *
 * Positions have no gaps: `total`, the number of messages up to `paginationId`, is `paginationId`, and a page
 * at any depth is one range of the primary key. A `paginationId` not reached yet means the newest; messages
 * stored later do not shift its pages.
 * @throws DatabaseError
 * @throws RequestError REPLY_TOO_LARGE, before PostgreSQL has built its text
 */
export async function readPage(db: Queryable, table: MessageTable, args: PageArgs): Promise<Buffer> {
  const { paginationId = null, offset, limit } = args;
  const [row] = await db.query<{ position: string; messages: string | null }>(
    `SELECT position, restmapper_page($1, position - $3 - $4 + 1, position - $3, $5) AS messages
     FROM (SELECT least(position, $2::bigint) AS position FROM restmapper_head WHERE name = $1) AS start`,
    [table.name, paginationId, offset, limit, maxPageBytes],
  );
  if (!row) throw unready(`the table ${table.name} has no row in restmapper_head`);
  const { position, messages } = row;
  if (messages === null) throw tooLarge();
  const page = `{"paginationId":${position},"offset":${offset},"limit":${limit},"total":${position},"messages":[${messages}]}`;
  return compactJson(Buffer.from(page));
}

export function tooLarge(): RequestError {
  return requestError('REPLY_TOO_LARGE', {
    detail: 'the page has more bytes than the bus carries; request fewer messages',
  });
}
