import { isUtf8 } from 'node:buffer';
import { findUnboundedNumber, requestError, type RequestError, scanJson } from '@restmapper/core';
import { findJsonMistake } from './json-mistake.ts';
import { describePosition } from './text-position.ts';

export interface JsonBodyOptions {
  readonly maxDepth: number;
}

/**
 * Parses a body strictly, so that every JSON parser would read it alike.
 *
 * Besides invalid JSON it refuses: a byte order mark (RFC 8259, section 8.1), duplicate names (RFC 7493,
 * section 2.3), numbers too large for a double or that expand far beyond their text, nesting beyond
 * `maxDepth`.
 * @throws RequestError INVALID_JSON.
 */
export function parseJsonBody(bytes: Buffer, { maxDepth }: JsonBodyOptions): unknown {
  if (bytes.length === 0) throw invalid('the body is empty');
  if (!isUtf8(bytes)) throw invalid(`the body is not UTF-8 from byte ${firstInvalidByte(bytes)} on`);
  if (bytes[0] === 0xef && bytes[1] === 0xbb) throw invalid('the body starts with a byte order mark');
  const { depth, members } = scanJson(bytes);
  const value = depth > maxDepth ? undefined : parse(bytes);
  const found = value === undefined ? undefined : measure(value);
  if (found?.members !== members || !found.finite) throw explain(bytes, maxDepth);
  const unbounded = findUnboundedNumber(bytes);
  if (unbounded !== undefined) throw invalid(`a number has ${unbounded}`);
  return value;
}

/** `undefined` if it is not JSON; no JSON value is `undefined`. */
function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function explain(bytes: Buffer, maxDepth: number): RequestError {
  const mistake = findJsonMistake(bytes, maxDepth);
  if (!mistake) return invalid('the body is not JSON');
  return invalid(`the body ${mistake.what}: ${describePosition(bytes, mistake.offset)}`);
}

/** The offset of the first invalid UTF-8 byte, which decoding replaces. */
function firstInvalidByte(bytes: Buffer): number {
  const replaced = Buffer.from(bytes.toString('utf8'));
  return bytes.findIndex((byte, at) => byte !== replaced[at]);
}

/** Counts the members that the parser kept, and looks for numbers that became infinite. */
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

function invalid(detail: string): RequestError {
  return requestError('INVALID_JSON', { detail });
}
