import { resolve } from 'node:path';
import type { JsonObject } from '../model/json.ts';
import type { JsonSchema } from '../model/model.ts';
import { isEndpoint } from '../model/sources.ts';
import type { SqlExpectation, SqlOptions, SqlSource } from '../model/use.ts';
import { describeSqlMistake } from '../sql/sql-problem.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { readCallStatement } from './call-statement.ts';
import { defineHandlerSpec, type HandlerSource } from './handler-spec.ts';
import { existsKey, readExists } from './exists-key.ts';
import { readReplyColumns, replyColumnsKey } from './reply-columns-key.ts';
import { requiredKey } from './required-key.ts';

const statementKey: JsonObject = {
  title: 'Statement',
  description:
    'The statement, with values of the call as parameters, such as `:params.id` and `:data.item`; or the path of a file with it, beginning with `./`, `../` or `/`, relative to this file. Required.',
  type: 'string',
  minLength: 1,
  errorMessage: 'must be a statement, or the path of a file such as `./get-order.sql`',
  examples: ['SELECT id, item FROM orders WHERE id = :params.id', './get-order.sql'],
};

const expectKey: JsonObject = {
  title: 'Expectation',
  description:
    'What the statement returns: `one` row, answered as an object, or 404 without one; `many` rows, answered as an array; or nothing but how many rows it has `affected`, answered 204, or 404 for none. Required.',
  type: 'string',
  enum: ['one', 'many', 'affected'],
  examples: ['one'],
};

const conflictKey: JsonObject = {
  title: 'Conflict',
  description:
    'The status, with the code `CONFLICT`, if the statement violates a unique or exclusion constraint, or deletes what other rows refer to. Absent: the call fails with 500 `WORKER_ERROR`.',
  type: 'integer',
  enum: [409],
  errorMessage: 'must be 409',
  examples: [409],
};

/** Answers with the result of a statement of the file. */
export const sql = defineHandlerSpec({
  key: 'sql',
  gist: 'answers with the result of a statement',
  delivery: 'rpc',
  concurrency: 16,
  isBatched: false,
  isIdempotent: true,
  mayRunOnce: true,
  keys: {
    statement: statementKey,
    expect: expectKey,
    conflict: conflictKey,
    headers: replyColumnsKey,
    exists: existsKey,
  },
  read: readSql,
  args: {},
  replySchemaOf: ({ expect }) => replies[expect],
  statusOf: ({ expect }) => (expect === 'affected' ? 204 : undefined),
});

/** Of `affected`, there is none. */
const replies: Readonly<Record<SqlExpectation, JsonSchema>> = {
  one: { type: 'object' },
  many: { type: 'array', items: { type: 'object' } },
  affected: true,
};

/** A statement begins neither with a point nor, except in a comment, with a slash. */
const filePath = /^(?:\.{1,2}\/|\/(?!\*))/;
const namedLikeFile = /^[\w/-]+\.sql$/i;

function readSql(source: HandlerSource, report: Report): SqlOptions | undefined {
  const { raw, pointer } = source;
  const written = requiredKey('statement', { ...source, handler: 'sql' }, report);
  const expect = requiredKey('expect', { ...source, handler: 'sql' }, report);
  if (written === undefined || expect === undefined) return undefined;
  const place = extendPointer(pointer, 'statement');
  if (namedLikeFile.test(written)) {
    report.atValue(place, `\`${written}\` is not a statement; did you mean \`./${written}\`?`);
    return undefined;
  }
  const statement = sourceOf(written, source);
  if ('text' in statement) {
    const { text } = statement;
    const read = readCallStatement(text, { expect, endpoint: source.endpoint });
    if (!('sql' in read))
      for (const mistake of read)
        report.atValue(place, describeSqlMistake(text, mistake), { text, index: mistake.place });
  }
  checkStatus(source, { expect, report });
  const headers = readReplyColumns(source, expect, report);
  const exists = readExists(source, expect, report);
  return { statement, expect, conflict: raw.conflict !== undefined, headers, exists };
}

/** The worker answers with a status of its own. */
function checkStatus(
  { endpoint, pointer }: HandlerSource,
  { expect, report }: { readonly expect: SqlExpectation; readonly report: Report },
): void {
  if (expect !== 'affected' || !endpoint || !isEndpoint(endpoint)) return;
  if (endpoint.status === 200 || endpoint.status === 204) return;
  report.atValue(
    extendPointer(pointer, 'expect'),
    `\`expect: affected\` is answered 204, and the \`status\` of \`${endpoint.key}\` is ${endpoint.status}`,
  );
}

function sourceOf(written: string, { directory }: HandlerSource): SqlSource {
  return filePath.test(written) ? { path: resolve(directory, written) } : { text: written };
}
