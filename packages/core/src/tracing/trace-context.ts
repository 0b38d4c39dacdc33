import { createTraceState, type SpanContext } from '@opentelemetry/api';

/** The headers that join a message to its trace. @see https://www.w3.org/TR/trace-context/ */
export interface TraceHeaders {
  readonly traceparent: string;
  readonly tracestate?: string;
}

const traceparentFormat =
  /^(?!ff)([\da-f]{2})-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(-.*)?$/;
const tracestateFormat = /^[\da-z][\w\-*/@]{0,255}=[ -~]{1,256}$/;
const maxTracestateBytes = 512;
const maxTracestateMembers = 32;

/** Reads the headers of a caller or of a message; `undefined` if `traceparent` is missing or invalid. */
export function parseTraceHeaders(headers: {
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}): SpanContext | undefined {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId, spanId, flags = '', later] = traceparentFormat.exec(traceparent) ?? [];
  if (!traceId || !spanId || (version === '00' && later !== undefined)) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  if (!isTracestate(tracestate)) return context;
  return { ...context, traceState: createTraceState(tracestate) };
}

/** Writes the headers of a message that belongs to a span. */
export function formatTraceHeaders({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceHeaders {
  const traceparent = `00-${traceId}-${spanId}-0${traceFlags & 1}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}

/** Whether a text is a valid `tracestate`. */
export function isTracestate(text: unknown): text is string {
  if (typeof text !== 'string' || text === '' || text.length > maxTracestateBytes) return false;
  const members = text.split(',').map((member) => member.trim());
  return members.length <= maxTracestateMembers && members.every((member) => tracestateFormat.test(member));
}
