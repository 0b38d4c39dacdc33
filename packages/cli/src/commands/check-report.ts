import { ConfigError, type FileProblem } from '@restmapper/core';
import type { Locate, Model } from '@restmapper/endpoints';
import { liveCodes, type LiveReport, placeOf } from '@restmapper/host/services';
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
  readonly severity: 'error' | 'warning' | 'note';
  /** The code of an error, and of a difference to a server. */
  readonly code?: string;
}

/** Reports a valid file. */
export function reportOf(file: string, { model, notes }: CheckedFile): CheckReport {
  const { endpoints, workers, feeds } = model;
  return {
    file,
    isValid: true,
    summary: {
      endpoints: endpoints.length,
      workers: new Set(workers.map(({ name }) => name)).size,
      feeds: feeds.length,
    },
    problems: notes.map((note) => problemOf(note, { severity: 'note' })),
  };
}

/** Adds what differs on the servers to the report of a valid file. */
export function withLive(
  report: CheckReport,
  { findings, notCompared }: LiveReport,
  { model, locate }: { readonly model: Model; readonly locate: Locate },
): CheckReport {
  const live = findings.map(({ code, object, message }): Problem => {
    const pointer = placeOf(object, model);
    const note = pointer === undefined ? { message } : locate(pointer, message);
    return problemOf(note, { severity: liveCodes[code].severity, code });
  });
  const unseen = notCompared.map((message) => problemOf({ message }, { severity: 'note' }));
  return { ...report, problems: [...report.problems, ...live, ...unseen] };
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
