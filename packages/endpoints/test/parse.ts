import { ConfigError } from '@restmapper/core';
import { type Model, parseEndpoints, type ParseOptions } from '../src/index.ts';

/** Parses a text as the file `endpoints.yaml` in the folder `/app`. */
export function parse(source: string, options: Partial<ParseOptions> = {}): Model {
  return parseEndpoints(source, { file: 'endpoints.yaml', directory: '/app', ...options });
}

/** The problems of a text, as `line:column message`; empty when there are none. */
export function problemsOf(source: string, options: Partial<ParseOptions> = {}): readonly string[] {
  try {
    parse(source, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
}
