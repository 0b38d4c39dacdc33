import { SpanKind, trace } from '@opentelemetry/api';
import { failSpan, findTracer } from '@restmapper/core/tracing';
import type { DatabaseError } from './database-error.ts';
import { summarize } from './statement-summary.ts';

/** Where a database is, as far as its URL says. */
export interface DatabaseServer {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
}

/** The span of a statement while it runs. */
export interface StatementSpan {
  fail(error: DatabaseError): void;
  end(): void;
}

/**
 * Opens the span of a statement that belongs to a recorded trace; `undefined` for others, such as health checks.
 *
 * It has no values: neither parameters nor the text of the statement, which may contain some.
 * @see https://opentelemetry.io/docs/specs/semconv/database/postgresql/
 */
export function startStatementSpan(
  sql: string,
  { host, port, database }: DatabaseServer,
): StatementSpan | undefined {
  const tracer = findTracer();
  if (!tracer || !trace.getActiveSpan()?.isRecording()) return undefined;
  const { operation, summary } = summarize(sql);
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    'db.query.summary': summary,
    ...(database !== undefined && { 'db.namespace': database }),
    ...(host !== undefined && { 'server.address': host }),
    ...(host !== undefined && port !== undefined && { 'server.port': port }),
  };
  const span = tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes });
  return {
    fail({ code }) {
      failSpan(span, code);
      // A socket's error, such as ECONNRESET, is not a response.
      if (/^[\dA-Z]{5}$/.test(code)) span.setAttribute('db.response.status_code', code);
    },
    end: () => span.end(),
  };
}
