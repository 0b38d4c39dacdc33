import type { Envelope } from '@restmapper/bus';
import type { Filter } from '@restmapper/endpoints';
import type { Database } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import type { WorkOne } from '../../work/work.ts';
import type { MessageTable } from '../../database/message-table.ts';
import { conditionsOf } from './conditions.ts';
import { readFilteredPage, type Selection } from './filtered-page.ts';
import { parsePageArgs } from './page-args.ts';
import { readPage } from './page.ts';
import { readEnvelope } from '../../work/read-envelope.ts';
import { assertUsable } from '../../database/table-fault.ts';

export interface PageOptions {
  readonly db: Database;
  readonly table: MessageTable;
  /** @default none: all rows */
  readonly filters?: readonly Filter[];
}

/** The built-in handler `page`: answers a query with a page of a table, newest first. */
export function createPageWork({ db, table, filters = [] }: PageOptions): WorkOne {
  const select = createSelector(filters);
  return async (delivery) => {
    const { args, selection } = readEnvelope(delivery, (envelope) => ({
      args: parsePageArgs(envelope.args),
      selection: select?.(envelope),
    }));
    try {
      const reply = selection
        ? await readFilteredPage(db, table, { selection, args })
        : await readPage(db, table, args);
      return { reply };
    } catch (error) {
      // An unusable table is not the request's fault.
      if (error instanceof DatabaseError && error.kind !== 'away') await assertUsable(db, table, 'page');
      throw error;
    }
  };
}

/** How the rows for a call are selected; `undefined` without filters. */
function createSelector(filters: readonly Filter[]): ((call: Envelope) => Selection) | undefined {
  if (filters.length === 0) return undefined;
  const sortedBy = filters.find(({ kind }) => kind === 'range')?.name;
  return (call) => ({ conditions: conditionsOf(filters, call), sortedBy });
}
