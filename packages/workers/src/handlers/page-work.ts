import type { Database } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import type { WorkOne } from '../runtime/work.ts';
import type { MessageTable } from './message-table.ts';
import { parsePageArgs } from './page-args.ts';
import { readPage } from './page.ts';
import { readEnvelope } from './read-envelope.ts';
import { assertUsable } from './table-fault.ts';

export interface PageOptions {
  readonly db: Database;
  readonly table: MessageTable;
}

/** The built-in handler `page`: answers a query with a part of a table, newest first. */
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
