import { replyHeaderFault } from '@restmapper/core';
import type { JsonObject } from '../model/json.ts';
import { assertReplyHeaders } from '../model/reply-rules.ts';
import type { ReplyColumn, SqlExpectation } from '../model/use.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { HandlerSource } from './handler-spec.ts';

/** The key `headers` of a worker. */
export const replyColumnsKey: JsonObject = {
  title: 'Headers of the answer',
  description:
    'Columns of the row that are headers of the answer instead of members of its body: `etag: version`. An `etag` gets its quotes, and NULL leaves a header out. Needs `expect: one`.',
  type: 'object',
  minProperties: 1,
  maxProperties: 32,
  errorMessage: 'must be a mapping of headers to columns of the row, such as `{ etag: version }`',
  additionalProperties: { type: 'string', minLength: 1 },
  examples: [{ etag: 'version' }],
};

/** Reads the key `headers`. Reports headers that no answer of the endpoint may have. */
export function readReplyColumns(
  { raw, pointer, endpoint }: HandlerSource,
  expect: SqlExpectation,
  report: Report,
): readonly ReplyColumn[] {
  const entries = Object.entries(raw.headers ?? {});
  const place = extendPointer(pointer, 'headers');
  if (entries.length > 0 && expect !== 'one') {
    report.atKey(place, '`headers` needs `expect: one`: they are columns of the one row');
  }
  const seen = new Set<string>();
  return entries.map(([written, column]) => {
    const header = written.toLowerCase();
    const fault = seen.has(header) ? `the header ${header} is there twice` : faultOf(header, endpoint);
    if (fault !== undefined) report.atKey(extendPointer(place, written), fault);
    seen.add(header);
    return { header, column };
  });
}

function faultOf(header: string, endpoint: HandlerSource['endpoint']): string | undefined {
  const fault = replyHeaderFault(header);
  if (fault !== undefined || !endpoint) return fault;
  try {
    assertReplyHeaders({ [header]: '' }, endpoint);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
