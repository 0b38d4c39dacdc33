import { migrateFor } from '../../database/migrate-for.ts';
import { ensureMessageTable } from '../../database/message-table.ts';
import type { HandlerRoom } from '../../work/handler-room.ts';
import { appendTable } from './append-table.ts';
import { createAppendWork } from './append-work.ts';

/** AMQP's prefetch is a 16-bit number. */
const maxPrefetch = 65_535;

/** Stores events as rows of a table. */
export const append: HandlerRoom<'append'> = {
  check: async ({ use }) => void appendTable(use),
  prepare: async ({ use }, db, log) => {
    const table = appendTable(use);
    await migrateFor(db, { log, what: `the table ${table.name}` });
    await ensureMessageTable(db, table, 'append');
  },
  open: async ({ name, use }, { db, gate, metrics, ended }) => {
    const table = appendTable(use);
    const onStored = (rows: number): void => metrics.stored(name, rows);
    const { columns } = use;
    return createAppendWork({ db: db.openPipeline(ended), table, columns, gate, onStored });
  },
  /**
   * One more batch is sent while the database handles the previous one, and twice as many messages are
   * prefetched.
   */
  consumeOptions: ({ batchSize, batchWaitMs, concurrency }) => {
    const inWork = concurrency + 1;
    const prefetch = Math.min(3 * batchSize * inWork, maxPrefetch);
    return { batchSize, batchWaitMs, concurrency: inWork, prefetch };
  },
};
