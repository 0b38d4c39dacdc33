import type { JsonObject } from '../model/json.ts';
import type { BuiltInKind, EndpointKind, JsonSchema, Model } from '../model/model.ts';

/**
 * The spec of a built-in handler, for the file and the documents.
 *
 * Its counterpart, the implementation, is in the workers' `handlers/`.
 */
export interface HandlerSpec {
  /** The value of `use`, and the kind in the model. */
  readonly key: BuiltInKind;
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
  /** The query parameters that it reads, by name, as JSON Schemas with descriptions. */
  readonly args: Readonly<Record<string, JsonObject>>;
  /** What it does with a path parameter, followed by its name: `stores the body without`. */
  readonly droppedParam: string;
  /** The schema of its replies. */
  readonly replySchemaOf?: (table: string, model: Model) => JsonSchema;
}

/** Defines a built-in handler. */
export function defineHandlerSpec(spec: HandlerSpec): HandlerSpec {
  return spec;
}
