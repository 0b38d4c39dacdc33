import type { FileProblem } from '@restmapper/core';
import { Report } from './yaml/report.ts';
import type { Environment } from './yaml/substitution.ts';
import { readYaml } from './yaml/yaml-reader.ts';

/** Makes the problem of the value at a JSON pointer. */
export type Locate = (pointer: string, message: string) => FileProblem;

export interface LocatorOptions {
  /** The file's name as problems show it. */
  readonly file: string;
  readonly env: Environment;
}

/** Creates a locator for what shows only after a file was parsed, such as a module that does not load. */
export function createLocator(source: string, { file, env }: LocatorOptions): Locate {
  const text = source.replace(/^\uFEFF/, '');
  const report = new Report(text, file);
  readYaml(text, { env, report });
  return (pointer, message) => report.problemAt(pointer, message);
}
