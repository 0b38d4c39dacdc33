import { isUtf8 } from 'node:buffer';
import { requestError, type Violation } from '@restmapper/core';
import type { JsonSchema, SchemaCompiler } from '@restmapper/endpoints';
import { type JudgedBody, maxDataBytes, tooLongForMessage } from './body-judge.ts';
import { parsePairs, repeatedFaults } from './query-reader.ts';

/** Converts a form, `a=1&b=2`, to JSON. @throws RequestError MALFORMED_REQUEST, BODY_TOO_LARGE */
export type FormReader = (bytes: Buffer) => JudgedBody;

/** Names that collide in a hash table cost time in proportion to the square of their number. */
const maxFields = 1000;

const ampersand = 0x26;

/** Creates the reader of forms: an object, whose values are coerced to their schemas like those of a query. */
export function createFormReader(schema: JsonSchema, compiler: SchemaCompiler): FormReader {
  const readTexts = compiler.compileText(schema);
  const fill = compiler.compileDefaults(schema) ?? ((json: Buffer) => json);
  return (bytes) => {
    if (!isUtf8(bytes)) throw requestError('MALFORMED_REQUEST', { detail: 'the body is not UTF-8' });
    if (countFields(bytes) > maxFields)
      return refused({ pointer: '', detail: `has more than ${maxFields} fields` });
    const texts = parsePairs(bytes.toString());
    const repeated = repeatedFaults(schema, texts);
    if (repeated.length > 0) return refused(...repeated);
    const { values, violations } = readTexts(texts, bytes.length);
    const data = fill(Buffer.from(JSON.stringify(values)), maxDataBytes);
    if (!data) throw tooLongForMessage();
    return { data, violations };
  };
}

function refused(...violations: readonly Violation[]): JudgedBody {
  return { data: Buffer.from('null'), violations };
}

function countFields(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(ampersand); at !== -1; at = bytes.indexOf(ampersand, at + 1)) count += 1;
  return count;
}
