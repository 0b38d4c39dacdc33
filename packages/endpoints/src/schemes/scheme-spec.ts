import type { JsonObject } from '../model/json.ts';
import type { Scheme } from '../model/auth.ts';
import type { Report } from '../yaml/report.ts';

/** The name of a scheme, where it stands, and where to report what is wrong with it. */
export interface SchemePlace {
  readonly name: string;
  /** Of what stands under the key of its kind. */
  readonly pointer: string;
  /** The folder that paths are relative to. */
  readonly directory: string;
  readonly report: Report;
}

/**
 * A kind of scheme: all that the file and the documents need to know of it.
 *
 * Its other half, which verifies credentials, is in `schemes/` of the package auth.
 */
export interface SchemeSpec<S extends Scheme = Scheme, Raw = unknown> {
  /** The key in the file, and the kind in the model. */
  readonly key: S['kind'];
  /** What the file may have under the key, as JSON Schema draft-07. */
  readonly schema: JsonObject;
  /** What the schema refers to below `#/definitions/`, besides what every kind may. */
  readonly definitions?: Readonly<Record<string, JsonObject>>;
  /** Completes what the file has with every default; anything that violates the schema is gone. */
  readonly read: (raw: Raw, place: SchemePlace) => S;
  /** The security scheme of OpenAPI 3.1. */
  readonly openApi: (scheme: S) => JsonObject;
  /** The claims that its callers have; without it, they are known once files are read. */
  readonly claimsOf?: (scheme: S) => readonly string[];
  /** What it asks over the network; `check` names the URLs that are not encrypted. */
  readonly urlsOf?: (scheme: S) => readonly string[];
}

/** Defines a kind of scheme. */
export function defineScheme<S extends Scheme, Raw>(spec: SchemeSpec<S, Raw>): SchemeSpec {
  // A room is only given schemes of its kind, and what stands in the file under its key.
  return spec as unknown as SchemeSpec;
}

/** The schema of the path of a file. */
export function pathSchema(title: string, description: string, example: string): JsonObject {
  return { title, description, type: 'string', minLength: 1, examples: [example] };
}
