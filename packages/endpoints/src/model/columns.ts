import type { CallPath } from './call-path.ts';

/** The types that a column of `append` can have, by their names in PostgreSQL. */
export const columnTypes = [
  'text',
  'bigint',
  'integer',
  'numeric',
  'double precision',
  'boolean',
  'timestamptz',
  'date',
  'uuid',
  'jsonb',
] as const;
export type ColumnType = (typeof columnTypes)[number];

/** A column beside the message, and the value of the call that it stores; NULL if the call does not have it. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly from: CallPath;
}

/** A condition of `page` on a column. */
export type Filter = EqualityFilter | RangeFilter;

export interface EqualityFilter {
  readonly kind: 'is';
  readonly name: string;
  readonly type: ColumnType;
  readonly value: CallPath;
  /** Whether a call without the value is not filtered by it; otherwise its page is empty. */
  readonly isOptional: boolean;
}

/** The page is sorted by the column, the greatest value first. */
export interface RangeFilter {
  readonly kind: 'range';
  readonly name: string;
  readonly type: ColumnType;
  readonly bounds: readonly Bound[];
}

export interface Bound {
  readonly operator: '>=' | '>' | '<=' | '<';
  readonly value: CallPath;
}

/** The values of a call that a caller may leave out to see more; any other absent value matches nothing. */
export function mayBeLeftOut({ part }: CallPath): boolean {
  return part === 'args' || part === 'data';
}
