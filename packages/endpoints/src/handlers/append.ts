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
  keys: { table: tableKey },
  read: (source, report) => readTable('append', source, report),
  args: {},
  droppedParam: 'stores the body without',
});
