import { columnsKey, readColumns } from './columns-key.ts';
import { defineHandlerSpec } from './handler-spec.ts';
import { readTable, tableKey } from './table-key.ts';

/** Stores the bodies of events in a table, each once. */
export const append = defineHandlerSpec({
  key: 'append',
  gist: 'stores events in a table',
  delivery: 'fanout',
  concurrency: 1,
  isBatched: true,
  isIdempotent: true,
  keys: { table: tableKey, columns: columnsKey },
  read: (source, report) => {
    const columns = readColumns(source, report);
    const options = readTable('append', source, report);
    return options && { ...options, columns };
  },
  pathsOf: ({ columns }) => columns.map(({ from }) => from),
  args: {},
  droppedParam: 'stores the body without',
  keyOfParams: 'columns',
});
