import { migrateFor } from '../../database/migrate-for.ts';
import { ensureMessageTable, parseMessageTable } from '../../database/message-table.ts';
import { workOnEach } from '../../work/work.ts';
import type { HandlerRoom } from '../../work/handler-room.ts';
import { createPageWork } from './page-work.ts';

/** Answers with pages of a table. */
export const page: HandlerRoom<'page'> = {
  check: async ({ use }) => void parseMessageTable(use.table),
  prepare: async ({ use }, db, log) => {
    const table = parseMessageTable(use.table);
    await migrateFor(db, { log, what: `the table ${table.name}` });
    await ensureMessageTable(db, table, 'page');
  },
  open: async ({ use }, { db, gate }) =>
    workOnEach(createPageWork({ db, table: parseMessageTable(use.table) }), gate),
};
