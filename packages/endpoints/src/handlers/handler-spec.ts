import type { JsonObject } from '../model/json.ts';
import type { BuiltInKind, EndpointKind, JsonSchema, Model } from '../model/model.ts';

/**
 * A built-in handler: all that the file and the documents need to know of it.
 *
 * Its other half, which does the work, is in the workers' `handlers/`.
 */
export interface HandlerSpec {
  /** What `use` says, and the kind in the model. */
  readonly key: BuiltInKind;
  /** What it does, behind its name: `stores events in a table`. */
  readonly gist: string;
  /** The only kind of endpoint that it is made for. */
  readonly delivery: EndpointKind;
  /** How many batches it works on at once, unless the file says otherwise. */
  readonly concurrency: number;
  /** Whether it takes several messages at once. */
  readonly isBatched: boolean;
  /** Whether a repeated call can be answered as the first one was, or needs no answer. */
  readonly isIdempotent: boolean;
  /** The parameters of a query that it reads, by name, as JSON Schemas that explain them. */
  readonly args: Readonly<Record<string, JsonObject>>;
  /** What it does with a parameter of the path, in front of its name: `stores the body without`. */
  readonly droppedParam: string;
  /** The schema of its replies. */
  readonly replySchemaOf?: (table: string, model: Model) => JsonSchema;
}

/** Defines a built-in handler. */
export function defineHandlerSpec(spec: HandlerSpec): HandlerSpec {
  return spec;
}
