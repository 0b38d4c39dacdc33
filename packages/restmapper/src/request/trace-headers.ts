import { randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { context, propagation } from '@opentelemetry/api';

/** The headers that join a message to its trace. */
export interface TraceHeaders {
  readonly traceparent: string;
  readonly tracestate?: string;
}

const traceparentFormat = /^(?!ff)[\da-f]{2}-((?!0{32})[\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})(-.*)?$/;
const tracestateFormat = /^[\da-z][\w\-*/@]{0,255}=[ -~]{1,256}$/;
const maxTracestateBytes = 512;
const maxTracestateMembers = 32;

/**
 * Continues the caller's trace under a new span, or starts one.
 *
 * If a tracer is registered and has an active span, that span is the parent.
 * @see https://www.w3.org/TR/trace-context/#trace-context-http-headers-format
 */
export function traceHeadersFrom({ traceparent, tracestate }: IncomingHttpHeaders): TraceHeaders {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  if (carrier['traceparent']) return toHeaders(carrier['traceparent'], carrier['tracestate']);

  const span = randomHex(8);
  const [, traceId, flags = '', later] = traceparentFormat.exec(String(traceparent)) ?? [];
  const isVersion0 = String(traceparent).startsWith('00');
  if (!traceId || (isVersion0 && later !== undefined)) {
    return { traceparent: `00-${randomHex(16)}-${span}-00` };
  }
  const sampled = Number.parseInt(flags, 16) & 1;
  return toHeaders(`00-${traceId}-${span}-0${sampled}`, String(tracestate ?? ''));
}

function toHeaders(traceparent: string, tracestate = ''): TraceHeaders {
  return isTracestate(tracestate) ? { traceparent, tracestate } : { traceparent };
}

function isTracestate(text: string): boolean {
  if (text === '' || text.length > maxTracestateBytes) return false;
  const members = text.split(',').map((member) => member.trim());
  return members.length <= maxTracestateMembers && members.every((member) => tracestateFormat.test(member));
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
