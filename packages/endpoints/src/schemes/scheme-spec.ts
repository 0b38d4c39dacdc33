import type { JsonObject } from '../model/json.ts';
import type { Scheme } from '../model/auth.ts';
import type { Report } from '../yaml/report.ts';

/** The name of a scheme, its place, and the report for mistakes. */
export interface SchemePlace {
  readonly name: string;
  /** The pointer of the content under the key of its kind. */
  readonly pointer: string;
  /** The folder that paths are relative to. */
  readonly directory: string;
  readonly report: Report;
}

/**
 * The spec of a kind of scheme, for the file and the documents.
 *
 * Its counterpart, which verifies credentials, is in `schemes/` of the package auth.
 */
export interface SchemeSpec<S extends Scheme = Scheme, Raw = unknown> {
  /** The key in the file, and the kind in the model. */
  readonly key: S['kind'];
  /** The schema of the content under the key, as JSON Schema draft-07. */
  readonly schema: JsonObject;
  /** Additional definitions that the schema refers to below `#/definitions/`. */
  readonly definitions?: Readonly<Record<string, JsonObject>>;
  /** Completes the content with every default; violations of the schema were removed. */
  readonly read: (raw: Raw, place: SchemePlace) => S;
  /** Whether its credentials sign the body of a call, so that nothing without one can have them. */
  readonly signsBody?: true;
  /** The headers, in lower case, that carry its credentials, which workers do not get; absent: only `Authorization`. */
  readonly headersOf?: (scheme: S) => readonly string[];
  /** The security scheme of OpenAPI 3.1. */
  readonly openApi: (scheme: S) => JsonObject;
  /** The claims of its callers; if absent, they are known only once files are read. */
  readonly claimsOf?: (scheme: S) => readonly string[];
  /** The URLs that it calls; `check` reports unencrypted ones. */
  readonly urlsOf?: (scheme: S) => readonly string[];
}

/** Defines a kind of scheme. */
export function defineScheme<S extends Scheme, Raw>(spec: SchemeSpec<S, Raw>): SchemeSpec {
  // A room gets only schemes of its kind, and the content under its key.
  return spec as unknown as SchemeSpec;
}

/** The schema of the path of a file. */
export function pathSchema(title: string, description: string, example: string): JsonObject {
  return { title, description, type: 'string', minLength: 1, examples: [example] };
}
