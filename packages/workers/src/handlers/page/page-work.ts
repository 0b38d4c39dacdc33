import type { Database } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import type { WorkOne } from '../../work/work.ts';
import type { MessageTable } from '../../database/message-table.ts';
import { parsePageArgs } from './page-args.ts';
import { readPage } from './page.ts';
import { readEnvelope } from '../../work/read-envelope.ts';
import { assertUsable } from '../../database/table-fault.ts';

export interface PageOptions {
  readonly db: Database;
  readonly table: MessageTable;
}

/** The built-in handler `page`: answers a query with a page of a table, newest first. */
export function createPageWork({ db, table }: PageOptions): WorkOne {
  return async (delivery) => {
    const args = readEnvelope(delivery, (envelope) => parsePageArgs(envelope.args));
    try {
      return { reply: await readPage(db, table, args) };
    } catch (error) {
      // An unusable table is not the request's fault.
      if (error instanceof DatabaseError && error.kind !== 'away') await assertUsable(db, table, 'page');
      throw error;
    }
  };
}
