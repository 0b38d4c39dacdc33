import type { Locate } from './locator.ts';
import type { JsonObject } from './model/json.ts';
import { createSchemaCheck } from './file/structure.ts';
import { Report } from './yaml/report.ts';
import type { Environment } from './yaml/substitution.ts';
import { readYaml } from './yaml/yaml-reader.ts';

/** Reports a mistake in the value at a JSON pointer. */
export type ReportMistake = (pointer: string, message: string) => void;

export interface SchemaFileOptions {
  /** The file's name for error messages. */
  readonly file: string;
  /** JSON Schema draft-07, with the messages that `endpoints.schema.json` may have. */
  readonly schema: JsonObject;
  /** The values of `${NAME}`. @default none */
  readonly env?: Environment;
  /** Finds mistakes that the schema cannot; called with a value that matches it. */
  readonly check?: (value: object, report: ReportMistake) => void;
}

/** A YAML file that matches its schema. */
export interface SchemaFile {
  readonly value: object;
  /** Makes the problem of a value, for what shows only later. */
  readonly locate: Locate;
}

/**
 * Reads a YAML file that has a JSON Schema of its own, as `endpoints.yaml` is read.
 *
 * @throws ConfigError CONFIG_INVALID with every mistake in the file, sorted by place.
 */
export function parseBySchema(
  source: string,
  { file, schema, env = {}, check }: SchemaFileOptions,
): SchemaFile {
  const text = source.replace(/^\uFEFF/, '');
  const report = new Report(text, file);
  const written = readYaml(text, { env, report });
  if (written === null) report.atValue('', 'the file is empty');
  if (written === undefined || written === null) report.throwIfAny();
  const value = createSchemaCheck(schema)(written, report);
  report.throwIfAny();
  check?.(value, (pointer, message) => report.atKey(pointer, message));
  report.throwIfAny();
  return { value, locate: (pointer, message) => report.problemAt(pointer, message) };
}
