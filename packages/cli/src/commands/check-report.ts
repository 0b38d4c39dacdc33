import { ConfigError, type FileProblem } from '@restmapper/core';
import type { CheckedFile, Note } from './check-file.ts';

/** What a check found in a file. */
export interface CheckReport {
  readonly file: string;
  readonly isValid: boolean;
  /** Absent if the file is invalid. */
  readonly summary?: Readonly<Record<'endpoints' | 'workers' | 'feeds', number>>;
  readonly problems: readonly Problem[];
}

/** A mistake, or something that may surprise the file's writer; without a place, it concerns the whole file or a setting. */
export interface Problem
  extends Pick<FileProblem, 'message'>,
    Partial<Omit<FileProblem, 'frame' | 'message'>> {
  readonly severity: 'error' | 'note';
  /** The code of an error. */
  readonly code?: string;
}

/** Reports a valid file. */
export function reportOf(file: string, { model, notes }: CheckedFile): CheckReport {
  const { endpoints, workers, feeds } = model;
  return {
    file,
    isValid: true,
    summary: { endpoints: endpoints.length, workers: workers.length, feeds: feeds.length },
    problems: notes.map((note) => problemOf(note, { severity: 'note' })),
  };
}

/** Reports an invalid file or setting; another error is thrown again. */
export function reportOfError(file: string, error: unknown): CheckReport {
  if (!(error instanceof ConfigError)) throw error;
  const { code, message, problems } = error;
  const found: readonly Note[] = problems.length > 0 ? problems : [{ message }];
  return {
    file,
    isValid: false,
    problems: found.map((problem) => problemOf(problem, { severity: 'error', code })),
  };
}

/** The report as one JSON document. */
export function formatJson({ file, isValid, summary, problems }: CheckReport): string {
  return `${JSON.stringify({ file, valid: isValid, summary, problems }, undefined, 2)}\n`;
}

function problemOf(note: Note, kind: Pick<Problem, 'severity' | 'code'>): Problem {
  const { file, line, column, pointer, message, suggestion } = note;
  return { file, line, column, pointer, ...kind, message, suggestion };
}
