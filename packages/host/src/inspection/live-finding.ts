import type { Difference } from '@restmapper/bus';

/** Stable codes of what differs between a file, its broker and its database. */
export const liveCodes = {
  LIVE_UNREACHABLE: { severity: 'error', gist: 'The broker or the database cannot be reached.' },
  LIVE_CONFLICT: { severity: 'error', gist: 'An object is there, but not as the file needs it.' },
  LIVE_PARTS: { severity: 'error', gist: 'Messages wait in queues of other values or partitions.' },
  LIVE_FOREIGN_MISSING: { severity: 'error', gist: "Another application's exchange or queue is missing." },
  LIVE_RIGHT_MISSING: { severity: 'error', gist: 'The user lacks a right.' },
  LIVE_RETENTION: { severity: 'warning', gist: 'A feed has another age or size; it is followed as it is.' },
  LIVE_MIGRATION: { severity: 'warning', gist: 'A migration is not applied.' },
  LIVE_UNBOUND: { severity: 'warning', gist: 'Nothing is bound to an exchange.' },
  LIVE_UNCONSUMED: { severity: 'warning', gist: 'No worker consumes a queue.' },
  LIVE_LEFTOVER: { severity: 'warning', gist: 'An object is left over from an older file.' },
  LIVE_MISSING: { severity: 'note', gist: 'An object does not exist yet.' },
  LIVE_UNSEEN: { severity: 'note', gist: 'The user may not see an object, or not compare it.' },
} as const satisfies Readonly<Record<string, { severity: 'error' | 'warning' | 'note'; gist: string }>>;

export type LiveCode = keyof typeof liveCodes;

/** The object of a finding. */
export interface LiveObject {
  readonly kind:
    | 'exchange'
    | 'queue'
    | 'binding'
    | 'table'
    | 'statement'
    | 'migration'
    | 'broker'
    | 'database';
  readonly name: string;
}

/** A difference between a file and its broker or database. */
export interface LiveFinding {
  readonly code: LiveCode;
  readonly object: LiveObject;
  /** What is the case, and what to do. */
  readonly message: string;
  readonly differences?: readonly Difference[];
  /** The messages in a queue, or the position of a table's newest row. */
  readonly messages?: number;
}

/** Lists differing arguments: `x-max-age is "3600s", and should be "7200s"`. */
export function describeDifferences(differences: readonly Difference[]): string {
  return differences
    .map(({ argument, is, should }) => `${argument} is ${show(is)}, and should be ${show(should)}`)
    .join('; ');
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
