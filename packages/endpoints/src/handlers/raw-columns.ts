import type { ColumnType } from '../model/columns.ts';

/** The key `columns` as written. */
export type RawColumns = Readonly<Record<string, string | RawColumn>>;

interface RawColumn {
  readonly from?: string;
  readonly type?: ColumnType;
}

/** The key `where` as written. */
export type RawWhere = Readonly<Record<string, string | RawFilter>>;

export interface RawFilter {
  readonly is?: string;
  readonly optional?: boolean;
  readonly from?: string;
  readonly after?: string;
  readonly to?: string;
  readonly before?: string;
}
