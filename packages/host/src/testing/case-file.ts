import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type JsonObject, type Locate, parseBySchema, type ReportMistake } from '@restmapper/endpoints';
import { describeFileError } from '../process/file-error.ts';
import { readTextFile } from '../process/model-file.ts';
import { checkMarkers, checkStep } from './case-check.ts';
import type { RawCaseFile, Step } from './raw-case-file.ts';

/** A file of test cases. */
export interface CaseFile {
  /** Its path as given. */
  readonly path: string;
  /** The path of the file under test. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** The paths of SQL files to run once. */
  readonly prepare: readonly string[];
  /** The statements to run before each case. */
  readonly given: readonly string[];
  readonly cases: RawCaseFile['cases'];
  readonly locate: Locate;
}

/** The same path from `src`, from `dist` and in what is packed. */
const schemaFile = new URL('../../cases.schema.json', import.meta.url);

/**
 * Reads a file of test cases.
 *
 * @throws ConfigError if it is unreadable, or with every mistake in it.
 */
export function openCaseFile(path: string): CaseFile {
  return parseCaseFile(readTextFile(path), path);
}

/** Reads the text of a file of test cases. @throws ConfigError with every mistake in it. */
export function parseCaseFile(text: string, path: string): CaseFile {
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as JsonObject;
  const beside = (name: string): string => join(dirname(path), name);
  const check = (value: object, report: ReportMistake): void =>
    checkCases(value as RawCaseFile, beside, report);
  const { value, locate } = parseBySchema(text, { file: path, schema, check });
  // The schema describes this type.
  const { file = './endpoints.yaml', env = {}, prepare = [], given = [], cases } = value as RawCaseFile;
  return {
    path,
    file: beside(file),
    env,
    prepare: prepare.map(beside),
    given,
    cases: withPaths(cases, beside),
    locate,
  };
}

/** The path of a file that is named relative to the file of cases. */
type Beside = (name: string) => string;

/** The cases, with paths of files as the process needs them. */
function withPaths(cases: RawCaseFile['cases'], beside: Beside): RawCaseFile['cases'] {
  const withPath = (step: Step): Step => ({
    ...step,
    ...(step.file !== undefined && { file: beside(step.file) }),
  });
  return Object.fromEntries(Object.entries(cases).map(([title, steps]) => [title, steps.map(withPath)]));
}

function checkCases({ cases }: RawCaseFile, beside: Beside, report: ReportMistake): void {
  for (const [title, steps] of Object.entries(cases)) {
    for (const [index, step] of steps.entries()) {
      checkStep(step, pointerOf([title, index]), report);
      checkMarkers(step.expect, pointerOf([title, index, 'expect']), report);
      const fault = step.file === undefined ? undefined : faultOf(beside(step.file));
      if (fault !== undefined) report(pointerOf([title, index, 'file']), fault);
    }
  }
}

function faultOf(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return `${path} cannot be read: ${describeFileError(error)}`;
  }
}

/** The JSON pointer of a place below `cases`. */
export function pointerOf(path: readonly (string | number)[]): string {
  const escaped = path.map((name) => String(name).replaceAll('~', '~0').replaceAll('/', '~1'));
  return ['/cases', ...escaped].join('/');
}
