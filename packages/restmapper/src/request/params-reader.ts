import { requestError, type RequestError, type Violation } from '@restmapper/core';
import { type Endpoint, pointerStep, type SchemaCompiler, type Texts } from '@restmapper/endpoints';
import { percentDecode } from './request-target.ts';

/** Converts a path's percent-encoded parameters to the JSON of the envelope's `params`. */
export type ParamsReader = (captures: readonly string[]) => Buffer | undefined;

const maxParamBytes = 1024;
const controlCharacter = /\p{Cc}/u;

/**
 * Creates the reader of an endpoint's path parameters.
 *
 * The reader throws RequestError INVALID_PARAMS for schema violations, control characters and more than 1,024
 * bytes, and MALFORMED_REQUEST for broken percent-encoding.
 */
export function createParamsReader({ params, paramNames }: Endpoint, compiler: SchemaCompiler): ParamsReader {
  if (params === undefined) return () => undefined;
  const readTexts = compiler.compileText(params);
  return (captures) => {
    const texts: Texts = Object.create(null);
    for (const [index, name] of paramNames.entries()) texts[name] = readText(name, captures[index] ?? '');
    const { values, violations } = readTexts(texts);
    if (violations.length > 0) throw invalid(violations);
    return Buffer.from(JSON.stringify(values));
  };
}

function readText(name: string, encoded: string): string {
  const text = percentDecode(encoded);
  if (controlCharacter.test(text))
    throw invalid([{ pointer: pointerStep(name), detail: 'holds a control character' }]);
  if (Buffer.byteLength(text) > maxParamBytes) {
    throw invalid([{ pointer: pointerStep(name), detail: `is longer than ${maxParamBytes} bytes` }]);
  }
  return text;
}

function invalid(violations: readonly Violation[]): RequestError {
  return requestError('INVALID_PARAMS', {
    detail: 'the path parameters do not match their schema',
    violations,
  });
}
