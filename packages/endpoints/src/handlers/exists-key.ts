import { callPathFault } from '../model/call-path-check.ts';
import { parseCallPath } from '../model/call-path.ts';
import type { JsonObject } from '../model/json.ts';
import type { ExistsQuery, SqlExpectation } from '../model/use.ts';
import { describeSqlMistake } from '../sql/sql-problem.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { readExistsQuery } from './call-statement.ts';
import type { HandlerSource } from './handler-spec.ts';

/** The key `exists`. */
export const existsKey: JsonObject = {
  title: 'Exists',
  description:
    'A query that finds what the call is about, run if the statement has no row. If it finds a row, the answer is 412 `PRECONDITION_FAILED` where the endpoint declares the header `if-match` or `if-unmodified-since`, else 409 `CONFLICT`; if it finds none, 404. Absent: 404 whenever the statement has no row.',
  type: 'string',
  minLength: 1,
  examples: ['SELECT FROM orders WHERE id = :params.id'],
};

/** Reads the key `exists`; reports mistakes in its query. */
export function readExists(
  { raw, pointer, endpoint }: HandlerSource,
  expect: SqlExpectation,
  report: Report,
): ExistsQuery | undefined {
  const { exists: text } = raw;
  if (text === undefined) return undefined;
  const place = extendPointer(pointer, 'exists');
  if (expect === 'many') report.atKey(place, '`exists` does nothing with `expect: many`, which is never 404');
  const read = readExistsQuery(text, endpoint);
  if (!('sql' in read)) {
    for (const mistake of read) {
      report.atValue(place, describeSqlMistake(text, mistake), { text, index: mistake.place });
    }
  }
  return { text, status: isConditional(endpoint) ? 412 : 409 };
}

/** Whether callers can say which version they mean to change. */
function isConditional(endpoint: HandlerSource['endpoint']): boolean {
  if (!endpoint) return false;
  return ['headers.if-match', 'headers.if-unmodified-since'].some((text) => {
    const path = parseCallPath(text);
    return typeof path !== 'string' && callPathFault(path, endpoint) === undefined;
  });
}
