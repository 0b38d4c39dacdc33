import { ConfigError } from '@restmapper/core';
import { type CaseFile, openCaseFile, runCases } from '@restmapper/host/services';
import type { CommandCall } from '../command/cli-command.ts';
import { findCaseFiles } from './test-files.ts';
import {
  countOf,
  formatFailure,
  formatHead,
  formatJson,
  formatResult,
  formatTotal,
  type FileReport,
} from './test-report.ts';

export interface TestCall extends CommandCall {
  readonly files: readonly string[];
  readonly grep?: string;
  readonly database?: string;
  readonly json?: true;
}

/**
 * Runs the cases of files; resolves with the exit code.
 *
 * @throws ConfigError with every mistake in a file of cases, before any case runs.
 */
export async function run(call: TestCall): Promise<number> {
  const { files, grep, json, terminal } = call;
  const paths = findCaseFiles(files);
  if (paths.length === 0) {
    const places = files.length === 0 ? 'this folder' : files.join(', ');
    terminal.printError(
      `there is no *.test.yaml file in ${places}; name a file of test cases, or its folder\n`,
    );
    return 2;
  }
  const startMs = performance.now();
  const reports: FileReport[] = [];
  for (const file of paths.map(openCaseFile)) reports.push(await runFile(file, call));
  const { passed, failed } = countOf(reports);
  if (passed + failed === 0) {
    terminal.printError(`no case has a title that contains ${JSON.stringify(grep)}\n`);
    return 2;
  }
  terminal.print(json ? formatJson(reports) : formatTotal(reports, performance.now() - startMs));
  return failed === 0 ? 0 : 1;
}

/** Runs the cases of a file, and prints each result at once unless all are printed as JSON. */
async function runFile(
  file: CaseFile,
  { grep = '', database, json, terminal }: TestCall,
): Promise<FileReport> {
  const print = (text: string): void => void (json || terminal.print(text));
  const results: FileReport['results'][number][] = [];
  const isChosen = (title: string): boolean => title.includes(grep);
  try {
    for await (const result of runCases(file, { env: terminal.env, database, isChosen })) {
      print(`${results.length === 0 ? formatHead(file.path) : ''}${formatResult(result)}`);
      results.push(result);
    }
    return { path: file.path, results };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print(`${formatHead(file.path)}${formatFailure(error.message)}`);
    return { path: file.path, results, error: error.message };
  }
}
