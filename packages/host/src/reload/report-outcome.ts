import { BusError } from '@restmapper/bus';
import { ConfigError } from '@restmapper/core';
import { DatabaseError } from '@restmapper/workers';
import { reportRefusal } from '../process/file-report.ts';
import type { Service } from '../process/service.ts';
import type { Terminal } from '../process/terminal.ts';
import type { ReloadOutcome } from './reloader.ts';

export interface OutcomeReporterOptions {
  readonly file: string;
  /** Present: a person edits the files, and sees what is wrong there and in the page. */
  readonly terminal?: Pick<Terminal, 'printError'>;
}

/** Reports the results of reloads: in the log, and to the person who edits the files. */
export function createOutcomeReporter(
  service: Pick<Service, 'log' | 'reportFiles'>,
  { file, terminal }: OutcomeReporterOptions,
): (outcome: ReloadOutcome) => void {
  const { log } = service;
  if (terminal) service.reportFiles({ file, valid: true });
  return (outcome) => {
    switch (outcome.kind) {
      case 'unchanged':
        if (!terminal) log.info({ file }, 'reloaded: nothing has changed');
        return;
      case 'replaced':
        log.info({ file, changes: outcome.changes, ms: outcome.ms }, replacedText(outcome));
        if (terminal) service.reportFiles({ file, valid: true });
        return;
      case 'refused':
        if (terminal) {
          service.reportFiles(reportRefusal(file, outcome.error));
          terminal.printError(`\n${textOf(outcome.error)}\n\n${lastValid}\n\n`);
        } else log.error({ file, ...reasonsOf(outcome.error) }, `not reloaded: ${lastValid}`);
    }
  };
}

const lastValid = 'the last valid version stays in force';

function replacedText({ changes }: { readonly changes: readonly string[] }): string {
  return changes.length === 0 ? 'reloaded: the files are as before' : 'reloaded';
}

/** Each mistake on a line; without the lines of the file, which may be secret. */
function reasonsOf(error: unknown): object {
  if (!isExpected(error)) return { err: error };
  const problems = error instanceof ConfigError ? error.problems : [];
  if (problems.length === 0) return { reasons: [error.message] };
  return {
    reasons: problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`),
  };
}

function textOf(error: unknown): string {
  if (isExpected(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isExpected(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof BusError || error instanceof DatabaseError;
}
