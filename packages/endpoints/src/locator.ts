import type { FileProblem, TextPlace } from '@restmapper/core';
import { type PartsOptions, readParts } from './file/parts.ts';

/** Makes the problem of the value at a JSON pointer, or of a part of its text. */
export type Locate = (pointer: string, message: string, within?: TextPlace) => FileProblem;

/** Creates a locator for what shows only after a file was parsed, such as a module that does not load. */
export function createLocator(source: string, options: PartsOptions): Locate {
  const [{ report }, ...others] = readParts(source, options);
  for (const part of others) report.include(part.report);
  return (pointer, message, within) => report.problemAt(pointer, message, within);
}
