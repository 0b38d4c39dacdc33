import type { Database } from '../database.ts';
import type { WorkOne } from '../runtime/work.ts';
import type { MessageTable } from './message-table.ts';
import { parsePageArgs } from './page-args.ts';
import { readPage } from './page.ts';
import { readEnvelope } from './read-envelope.ts';

export interface PageOptions {
  readonly db: Database;
  readonly table: MessageTable;
}

/** The built-in handler `page`: answers a query with a part of a table, newest first. */
export function createPageWork({ db, table }: PageOptions): WorkOne {
  return async (delivery) => {
    const args = readEnvelope(delivery, (envelope) => parsePageArgs(envelope.args));
    return { reply: await readPage(db, table, args) };
  };
}
