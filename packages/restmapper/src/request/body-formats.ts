import { isUtf8 } from 'node:buffer';
import { type DataEncoding, encodeData } from '@restmapper/bus';
import { requestError } from '@restmapper/core';
import type { BodyFormat, JsonSchema, SchemaCompiler } from '@restmapper/endpoints';
import { createBodyJudge, type JudgedBody, maxDataBytes, tooLongForMessage } from './body-judge.ts';
import { createFormReader } from './form-reader.ts';
import { parseJsonBody } from './json-body.ts';
import type { GatewayLimits } from './limits.ts';

/** A body of some format, as its message carries it. */
export interface FormattedBody extends JudgedBody {
  /** Absent for JSON and forms. */
  readonly encoding?: DataEncoding;
}

export interface FormatOptions {
  readonly compiler: SchemaCompiler;
  readonly limits: GatewayLimits;
}

/** Converts a body of one format. @throws RequestError INVALID_JSON, MALFORMED_REQUEST, BODY_TOO_LARGE */
export type ReadFormat = (bytes: Buffer) => FormattedBody;

/**
 * Creates the readers of bodies, by format.
 *
 * | format | data | the schema applies to |
 * |---|---|---|
 * | json | the bytes as sent | the value |
 * | form | an object | the object |
 * | text | a string | the string |
 * | binary | a string of base64 | nothing |
 */
export function createFormatReaders(
  schema: JsonSchema,
  { compiler, limits }: FormatOptions,
): Readonly<Record<BodyFormat, ReadFormat>> {
  const judge = createBodyJudge(schema, compiler);
  return {
    json: (bytes) => judge(parseJsonBody(bytes, limits), bytes),
    form: createFormReader(schema, compiler),
    text: (bytes) => {
      if (!isUtf8(bytes)) throw requestError('MALFORMED_REQUEST', { detail: 'the body is not UTF-8' });
      const data = bounded(encodeData(bytes, 'text'));
      return { ...judge(bytes.toString(), data), encoding: 'text' };
    },
    binary: (bytes) => ({ data: bounded(encodeData(bytes, 'base64')), violations: [], encoding: 'base64' }),
  };
}

function bounded(data: Buffer): Buffer {
  if (data.length > maxDataBytes) throw tooLongForMessage();
  return data;
}
