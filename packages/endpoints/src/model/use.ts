import type { Column, Filter } from './columns.ts';

import type { JsonObject } from './json.ts';
import type { PluginGroup } from './plugins.ts';

/** What a worker says to each built-in handler; `handlers/` has a room for each. */
export interface BuiltInOptions {
  readonly append: AppendOptions;
  readonly page: PageOptions;
  readonly sql: SqlOptions;
}

export interface AppendOptions extends TableOptions {
  readonly columns: readonly Column[];
}

export interface PageOptions extends TableOptions {
  /** The rows of a page pass all of them. */
  readonly where: readonly Filter[];
}

/** For a handler that uses a table. */
export interface TableOptions {
  readonly table: string;
}

/** What a statement returns: one row, any number of rows, or only how many rows it has written. */
export type SqlExpectation = 'one' | 'many' | 'affected';

/** For a handler that runs a statement. */
export interface SqlOptions {
  readonly statement: SqlSource;
  readonly expect: SqlExpectation;
  /** Whether a conflict with stored rows is answered 409. */
  readonly conflict: boolean;
  /** Columns that are headers of the answer instead of members of its body. */
  readonly headers: readonly ReplyColumn[];
  /** Tells what is not there from what is there in another state. */
  readonly exists: ExistsQuery | undefined;
}

/** A column that is a header of the answer; the header's name is in lower case. */
export interface ReplyColumn {
  readonly header: string;
  readonly column: string;
}

/** A query for when a statement has no row, and the status of the answer if it finds one. */
export interface ExistsQuery {
  readonly text: string;
  readonly status: 409 | 412;
}

/**
 * A statement, or the file that contains it. `path` is absolute. `revision` changes with the content of the file; it is
 * absent for content that was there when the process started.
 */
export type SqlSource = { readonly text: string } | { readonly path: string; readonly revision?: string };

/** The built-in handlers. */
export type BuiltInKind = keyof BuiltInOptions;

/** What a worker runs. */
export type Use = UseOf<BuiltInKind> | ModuleUse;

/** A built-in handler, and what the worker says to it. */
export type UseOf<Kind extends BuiltInKind> = {
  [Each in Kind]: { readonly kind: Each } & BuiltInOptions[Each];
}[Kind];

/**
 * A module. `path` is absolute. `revision` changes when the module's code has changed, so that it is loaded again; it
 * is absent for code that was there when the process started.
 */
export interface ModuleUse {
  readonly kind: 'module';
  readonly path: string;
  /** What the file passes to the module. @default none */
  readonly options?: JsonObject;
  /** The plugins of the file. @default none */
  readonly plugins?: readonly PluginGroup[];
  readonly revision?: number;
}

/** The table that a built-in handler keeps; `undefined` for a worker without one. */
export function tableOf(use: Use): string | undefined {
  return 'table' in use ? use.table : undefined;
}
