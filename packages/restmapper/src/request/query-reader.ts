import { requestError, type RequestError, type Violation } from '@restmapper/core';
import { type JsonSchema, pointerStep, type SchemaCompiler, type Texts } from '@restmapper/endpoints';
import { percentDecode } from './request-target.ts';

/** Converts a query string to the JSON of the envelope's `args`. */
export type QueryReader = (query: string) => Buffer;

export interface QueryReaderOptions {
  readonly compiler: SchemaCompiler;
  readonly maxQueryBytes: number;
}

const jsonNull = Buffer.from('null');

/**
 * Creates the reader of an endpoint's query.
 *
 * The reader throws RequestError INVALID_QUERY for schema violations, and MALFORMED_REQUEST for broken
 * percent-encoding. A repeated name is an array, and allowed only if the schema says so.
 */
export function createQueryReader(
  schema: JsonSchema | undefined,
  { compiler, maxQueryBytes }: QueryReaderOptions,
): QueryReader {
  const read = schema === undefined ? refuseAll : createArgsReader(schema, compiler);
  return (query) => {
    if (query.length > maxQueryBytes) {
      throw invalid([{ pointer: '', detail: `is longer than ${maxQueryBytes} bytes` }]);
    }
    return read(parsePairs(query));
  };
}

function createArgsReader(schema: JsonSchema, compiler: SchemaCompiler): (texts: Texts) => Buffer {
  const readTexts = compiler.compileText(schema);
  return (texts) => {
    const repeated = repeatedFaults(schema, texts);
    if (repeated.length > 0) throw invalid(repeated);
    const { values, violations } = readTexts(texts);
    if (violations.length > 0) throw invalid(violations);
    return Buffer.from(JSON.stringify(values));
  };
}

function refuseAll(texts: Texts): Buffer {
  const names = Object.keys(texts);
  if (names.length > 0) throw invalid(names.map((name) => violation(name, 'is not declared')));
  return jsonNull;
}

/** The violations of names that are given several times, but are not lists. */
export function repeatedFaults(schema: JsonSchema, texts: Texts): readonly Violation[] {
  return Object.keys(texts)
    .filter((name) => Array.isArray(texts[name]) && !mayBeArray(schema, name))
    .map((name) => violation(name, 'must be given once'));
}

/** Parses `a=1&b=2`. @throws RequestError MALFORMED_REQUEST for broken percent-encoding. */
export function parsePairs(query: string): Texts {
  const texts: Texts = Object.create(null);
  if (query === '') return texts;
  if (query.includes('%')) percentDecode(query);
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = texts[name];
    texts[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return texts;
}

/** Whether a parameter's schema says array; if it is declared elsewhere, the validator decides. */
function mayBeArray(schema: JsonSchema, name: string): boolean {
  const properties = typeof schema === 'object' ? schema['properties'] : undefined;
  if (typeof properties !== 'object' || properties === null) return true;
  const property: unknown = Object.getOwnPropertyDescriptor(properties, name)?.value;
  if (typeof property !== 'object' || property === null) return true;
  if ('type' in property) return [property.type].flat().includes('array');
  return ['$ref', 'allOf', 'anyOf', 'oneOf'].some((keyword) => keyword in property);
}

function violation(name: string, detail: string): Violation {
  return { pointer: pointerStep(name), detail };
}

function invalid(violations: readonly Violation[]): RequestError {
  return requestError('INVALID_QUERY', { detail: 'the query does not match its schema', violations });
}
