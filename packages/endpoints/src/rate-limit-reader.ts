import { readDuration } from './amounts.ts';
import type { Access } from './auth/access.ts';
import { extendPointer } from './pointer.ts';
import type { Report } from './report.ts';

/** How often an endpoint may be called, in each gateway process. */
export interface RateLimit {
  /** How many calls, also all at once. */
  readonly requests: number;
  /** In what time they come back. */
  readonly perMs: number;
  /** Whose calls are counted together. */
  readonly by: 'identity' | 'address';
}

export interface RawRateLimit {
  readonly requests?: number;
  readonly per?: string;
  readonly by?: RateLimit['by'];
}

export interface RateLimitContext {
  readonly access: Access;
  /** Where it stands. */
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
    report.atValue(extendPointer(pointer, 'by'), 'nobody is asked who they are here; count by `address`');
  }
  const per = { text: raw.per, absent: '1m', pointer: extendPointer(pointer, 'per') };
  return {
    requests: raw.requests ?? 1,
    perMs: readDuration({ ...per, least: '1s', most: '24h' }, report),
    by: raw.by ?? (isPublic ? 'address' : 'identity'),
  };
}
