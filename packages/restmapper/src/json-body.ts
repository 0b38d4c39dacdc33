import { isUtf8 } from 'node:buffer';
import { findUnboundedNumber, RequestError } from '@restmapper/bus';
import { scanJson } from './json-scan.ts';

export interface JsonBodyOptions {
  readonly maxDepth: number;
}

/**
 * The value of a body that every JSON reader understands alike.
 *
 * Refused beyond what is not JSON: a byte order mark (RFC 8259, section 8.1), repeated names (RFC 7493,
 * section 2.3), numbers too large for a double or that take far more room than their text, nesting beyond
 * `maxDepth`.
 * @throws RequestError INVALID_JSON.
 */
export function parseJsonBody(bytes: Buffer, { maxDepth }: JsonBodyOptions): unknown {
  if (bytes.length === 0) throw invalid('the body is empty');
  if (!isUtf8(bytes)) throw invalid('the body is not UTF-8');
  if (bytes[0] === 0xef && bytes[1] === 0xbb) throw invalid('the body starts with a byte order mark');
  const { depth, members } = scanJson(bytes);
  if (depth > maxDepth) throw invalid(`the body is nested more than ${maxDepth} levels deep`);
  const value = parse(bytes);
  const found = measure(value);
  if (found.members !== members) throw invalid('an object has two members of the same name');
  if (!found.finite) throw invalid('a number is too large to be represented');
  const unbounded = findUnboundedNumber(bytes);
  if (unbounded !== undefined) throw invalid(`a number has ${unbounded}`);
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw invalid('the body is not JSON', cause);
  }
}

/** Counts what the parser kept of each object, and looks for numbers that became infinite. */
function measure(root: unknown): { readonly members: number; readonly finite: boolean } {
  let members = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'number' && !Number.isFinite(value)) return { members, finite: false };
    if (typeof value !== 'object' || value === null) continue;
    const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (parts !== value) members += parts.length;
    for (const part of parts) pending.push(part);
  }
  return { members, finite: true };
}

function invalid(detail: string, cause?: unknown): RequestError {
  return new RequestError(400, 'INVALID_JSON', { detail, cause });
}
