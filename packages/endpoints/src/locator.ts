import type { FileProblem } from '@restmapper/core';
import { type PartsOptions, readParts } from './file/parts.ts';

/** Makes the problem of the value at a JSON pointer. */
export type Locate = (pointer: string, message: string) => FileProblem;

/** Creates a locator for what shows only after a file was parsed, such as a module that does not load. */
export function createLocator(source: string, options: PartsOptions): Locate {
  const [{ report }, ...others] = readParts(source, options);
  for (const part of others) report.include(part.report);
  return (pointer, message) => report.problemAt(pointer, message);
}
