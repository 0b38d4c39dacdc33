import { formatProblems } from '@restmapper/core';
import type { CaseProblem, CaseResult } from '@restmapper/host/services';

/** The results of a file of cases. */
export interface FileReport {
  readonly path: string;
  readonly results: readonly CaseResult[];
  /** Why the rest could not run. */
  readonly error?: string;
}

/** The line above the results of a file. */
export function formatHead(path: string): string {
  return `${path}\n`;
}

/** `  pass  a title  3 ms`; below a failed one, each difference with its place. */
export function formatResult({ title, durationMs, problems }: CaseResult): string {
  const word = problems.length === 0 ? 'pass' : 'FAIL';
  const lines = [`  ${word}  ${title}  ${Math.round(durationMs)} ms`];
  if (problems.length > 0) lines.push(indent(formatProblems(problems)));
  return `${lines.join('\n')}\n`;
}

/** Why a file could not run, below its head. */
export function formatFailure(message: string): string {
  return `  FAIL  ${indent(message).trimStart()}\n`;
}

/** `3 passed, 1 failed in 1.2 s` */
export function formatTotal(reports: readonly FileReport[], durationMs: number): string {
  const { passed, failed } = countOf(reports);
  return `\n${passed} passed, ${failed} failed in ${(durationMs / 1000).toFixed(1)} s\n`;
}

/** The results as one JSON document. */
export function formatJson(reports: readonly FileReport[]): string {
  const files = reports.map(({ path, results, error }) => ({
    file: path,
    error,
    cases: results.map(caseOf),
  }));
  return `${JSON.stringify({ ...countOf(reports), files }, undefined, 2)}\n`;
}

function caseOf({ title, line, durationMs, problems }: CaseResult): object {
  const passed = problems.length === 0;
  return { title, line, passed, durationMs: Math.round(durationMs), problems: problems.map(problemOf) };
}

function problemOf({ file, line, column, pointer, message, expected, actual }: CaseProblem): object {
  return { file, line, column, pointer, message, expected, actual };
}

/** Counts cases; a file that could not run counts as one failure. */
export function countOf(reports: readonly FileReport[]): {
  readonly passed: number;
  readonly failed: number;
} {
  const results = reports.flatMap(({ results }) => results);
  const passed = results.filter(({ problems }) => problems.length === 0).length;
  const errors = reports.filter(({ error }) => error !== undefined).length;
  return { passed, failed: results.length - passed + errors };
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '        ');
}
