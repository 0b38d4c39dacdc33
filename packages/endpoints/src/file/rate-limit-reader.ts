import type { RateLimit } from '../model/rate-limit.ts';
import { readDuration } from '../yaml/amounts.ts';
import type { Access } from '../model/access.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';

export interface RawRateLimit {
  readonly requests?: number;
  readonly per?: string;
  readonly by?: RateLimit['by'];
}

export interface RateLimitContext {
  readonly access: Access;
  /** Its place in the file. */
  readonly pointer: string;
  readonly report: Report;
}

/** Completes a rate limit with every default. */
export function readRateLimit(
  raw: RawRateLimit | undefined,
  { access, pointer, report }: RateLimitContext,
): RateLimit | undefined {
  if (raw === undefined) return undefined;
  const isPublic = access.kind === 'public';
  if (isPublic && raw.by === 'identity') {
    report.atValue(
      extendPointer(pointer, 'by'),
      'this endpoint is public, so its callers have no identity; use `by: address`',
    );
  }
  const per = { text: raw.per, absent: '1m', pointer: extendPointer(pointer, 'per') };
  return {
    requests: raw.requests ?? 1,
    perMs: readDuration({ ...per, least: '1s', most: '24h' }, report),
    by: raw.by ?? (isPublic ? 'address' : 'identity'),
  };
}
