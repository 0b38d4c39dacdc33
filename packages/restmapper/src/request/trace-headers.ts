import { randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import {
  formatTraceHeaders,
  isTracestate,
  parseTraceHeaders,
  type TraceHeaders,
} from '@restmapper/core/tracing';

/**
 * Continues the caller's trace under a new span, or starts one.
 *
 * If the process has loaded an OpenTelemetry SDK, the span is the one that is active.
 * @see https://www.w3.org/TR/trace-context/#trace-context-http-headers-format
 */
export function traceHeadersFrom(headers: IncomingHttpHeaders): TraceHeaders {
  const active = trace.getActiveSpan()?.spanContext();
  if (active && isSpanContextValid(active)) return formatTraceHeaders(active);
  const caller = parseTraceHeaders({ traceparent: headers['traceparent'] });
  const spanId = randomHex(8);
  if (!caller) return { traceparent: `00-${randomHex(16)}-${spanId}-00` };
  const { traceparent } = formatTraceHeaders({ ...caller, spanId });
  // As the caller wrote it.
  const { tracestate } = headers;
  return isTracestate(tracestate) ? { traceparent, tracestate } : { traceparent };
}

const pool = Buffer.alloc(4096);
let unused = 0;

/** Random bytes in hexadecimal; drawn in bulk, since each draw is expensive. */
function randomHex(bytes: number): string {
  if (unused < bytes) {
    randomFillSync(pool);
    unused = pool.length;
  }
  unused -= bytes;
  return pool.toString('hex', unused, unused + bytes);
}
