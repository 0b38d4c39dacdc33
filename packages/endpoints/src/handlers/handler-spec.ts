import type { CallPath } from '../model/call-path.ts';
import type { JsonObject } from '../model/json.ts';
import type { EndpointKind, JsonSchema, Model, Source } from '../model/model.ts';
import type { BuiltInKind, BuiltInOptions, SqlExpectation } from '../model/use.ts';
import type { Report } from '../yaml/report.ts';
import type { RawColumns, RawWhere } from './raw-columns.ts';

/** The keys of a worker that built-in handlers read, without violations of their schemas; any may be missing. */
export interface RawHandlerKeys {
  readonly table?: string;
  readonly columns?: RawColumns;
  readonly where?: RawWhere;
  readonly statement?: string;
  readonly expect?: SqlExpectation;
  readonly conflict?: 409;
  readonly headers?: Readonly<Record<string, string>>;
  readonly exists?: string;
}

/** A worker as written, as far as its handler reads it. */
export interface HandlerSource {
  readonly raw: RawHandlerKeys;
  readonly pointer: string;
  /** Absent if it is unknown or invalid. */
  readonly endpoint: Source | undefined;
  /** The folder that paths are relative to. */
  readonly directory: string;
}

/**
 * The spec of a built-in handler, for the file and the documents.
 *
 * Its counterpart, the implementation, is in the workers' `handlers/`.
 */
export interface HandlerSpec<Kind extends BuiltInKind = BuiltInKind> {
  /** The value of `use`, and the kind in the model. */
  readonly key: Kind;
  /** A description that follows its name: `stores events in a table`. */
  readonly gist: string;
  /** The only kind of endpoint that it supports. */
  readonly delivery: EndpointKind;
  /** Its default concurrency. */
  readonly concurrency: number;
  /** Whether it handles several messages at once. */
  readonly isBatched: boolean;
  /** Whether a retried call can be answered like the first one, or needs no answer. */
  readonly isIdempotent: boolean;
  /** Whether it can run in one transaction with the record that its message is done. @default false */
  readonly mayRunOnce?: true;
  /**
   * The keys of a worker that it reads besides those of every worker, as JSON Schemas draft-07. Handlers that share a
   * key share its schema; the handlers that read it are added to its description.
   */
  readonly keys: Readonly<Record<string, JsonObject>>;
  /** Reads these keys. Reports mistakes; returns `undefined` if a key that it needs is missing. */
  readonly read: (source: HandlerSource, report: Report) => BuiltInOptions[Kind] | undefined;
  /** The values of a call that these keys name. */
  readonly pathsOf?: (options: BuiltInOptions[Kind]) => readonly CallPath[];
  /** The query parameters that it reads, by name, as JSON Schemas with descriptions. */
  readonly args: Readonly<Record<string, JsonObject>>;
  /**
   * What it does with a path parameter, followed by its name: `stores the body without`. Absent: it checks by itself
   * which parts of a call it ignores.
   */
  readonly droppedParam?: string;
  /** The key under which it uses a path parameter. @default none */
  readonly keyOfParams?: string;
  /** The schema of its replies. */
  readonly replySchemaOf?: (options: BuiltInOptions[Kind], model: Model) => JsonSchema;
  /** The status of its answers, if it is not the endpoint's. */
  readonly statusOf?: (options: BuiltInOptions[Kind]) => number | undefined;
}

/** Defines a built-in handler. */
export function defineHandlerSpec<Kind extends BuiltInKind>(spec: HandlerSpec<Kind>): HandlerSpec<Kind> {
  return spec;
}
