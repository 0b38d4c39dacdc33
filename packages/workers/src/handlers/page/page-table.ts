import type { UseOf } from '@restmapper/endpoints';
import { type MessageTable, parseMessageTable } from '../../database/message-table.ts';
import { indexesFor } from './page-indexes.ts';

/** The table that a worker with `page` needs. @throws ConfigError if its name is not allowed */
export function pageTable({ table, where }: UseOf<'page'>): MessageTable {
  if (where.length === 0) return parseMessageTable(table);
  const columns = where.map(({ name, type }) => ({ name, type }));
  return parseMessageTable(table, { columns, indexes: indexesFor(where) });
}
