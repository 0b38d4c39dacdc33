export { errorTypeOf, failSpan, recordError } from './tracing/fail-span.ts';
export { formatTraceHeaders, isTracestate, parseTraceHeaders } from './tracing/trace-context.ts';
export type { TraceHeaders } from './tracing/trace-context.ts';
export { findTracer } from './tracing/tracer.ts';
