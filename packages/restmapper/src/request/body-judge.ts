import { requestError, type RequestError, type Violation } from '@restmapper/core';
import type { JsonSchema, SchemaCompiler } from '@restmapper/endpoints';

/** A body as its message carries it. */
export interface JudgedBody {
  /** The original bytes, unless a default was filled in. */
  readonly data: Buffer;
  readonly violations: readonly Violation[];
}

/** Fills in the defaults of a body, then checks it. @throws RequestError BODY_TOO_LARGE */
export type JudgeBody = (value: unknown, json: Buffer) => JudgedBody;

/** A message of 16 MiB also has the other parts of the call. */
export const maxDataBytes = 16_000_000;

/** Creates the judge of bodies with a schema. */
export function createBodyJudge(schema: JsonSchema, compiler: SchemaCompiler): JudgeBody {
  const validate = compiler.compileJson(schema);
  const fill = compiler.compileDefaults(schema);
  if (!fill) return (value, json) => ({ data: json, violations: validate(value, json) });
  return (value, json) => {
    const data = fill(json, maxDataBytes);
    if (!data) throw tooLongForMessage();
    const filled: unknown = data === json ? value : JSON.parse(data.toString());
    return { data, violations: validate(filled, data) };
  };
}

/** The error for a body that does not fit into a message. */
export function tooLongForMessage(): RequestError {
  return requestError('BODY_TOO_LARGE', {
    detail: `the body is longer than ${maxDataBytes} bytes in its message`,
  });
}
