import type { UseOf } from '@restmapper/endpoints';
import { type MessageTable, parseMessageTable } from '../../database/message-table.ts';

/** The table that a worker with `append` needs. @throws ConfigError if its name is not allowed */
export function appendTable({ table, columns }: UseOf<'append'>): MessageTable {
  return parseMessageTable(table, { columns: columns.map(({ name, type }) => ({ name, type })) });
}
