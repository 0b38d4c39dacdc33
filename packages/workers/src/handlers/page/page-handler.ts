import { migrateFor } from '../../database/migrate-for.ts';
import { ensureMessageTable } from '../../database/message-table.ts';
import { workOnEach } from '../../work/work.ts';
import type { HandlerRoom } from '../../work/handler-room.ts';
import { pageTable } from './page-table.ts';
import { createPageWork } from './page-work.ts';

/** Answers with pages of a table. */
export const page: HandlerRoom<'page'> = {
  check: async ({ use }) => void pageTable(use),
  prepare: async ({ use }, db, log) => {
    const table = pageTable(use);
    await migrateFor(db, { log, what: `the table ${table.name}` });
    await ensureMessageTable(db, table, 'page');
  },
  open: async ({ use }, { db, gate }) =>
    workOnEach(createPageWork({ db, table: pageTable(use), filters: use.where }), gate),
};
