import type { JsonObject } from '../model/json.ts';
import type { TableOptions } from '../model/use.ts';
import type { Report } from '../yaml/report.ts';
import type { HandlerSource } from './handler-spec.ts';
import { requiredKey } from './required-key.ts';

/** The key `table`, for a handler that needs one. */
export const tableKey: JsonObject = {
  title: 'Table',
  description: 'The table; required, and created when missing.',
  type: 'string',
  pattern: '^[a-z_][a-z0-9_]{0,47}$',
  patternErrorMessage:
    'must be a plain SQL name: at most 48 of `a` to `z`, `0` to `9` and `_`, not beginning with a digit',
  examples: ['message'],
};

/** Reads the `table` of a handler that needs one. */
export function readTable(handler: string, source: HandlerSource, report: Report): TableOptions | undefined {
  const table = requiredKey('table', { ...source, handler }, report);
  return table === undefined ? undefined : { table };
}
