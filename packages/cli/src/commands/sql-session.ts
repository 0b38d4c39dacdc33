import { ConfigError } from '@restmapper/core';
import type { Statement } from '@restmapper/endpoints';
import {
  createCsvFormat,
  createJsonFormat,
  createTableFormat,
  escapeControls,
  formatStatementError,
  type RowFormat,
  type Terminal,
} from '@restmapper/host';
import { DatabaseError, describeStatementFailure, type SqlConsole } from '@restmapper/workers';

export type RowFormatName = 'table' | 'json' | 'csv';

export interface SessionOptions {
  readonly terminal: Terminal;
  readonly format: RowFormatName;
  readonly mayWrite: boolean;
  /** What to do if the database cannot be reached. */
  readonly connectAdvice?: string;
}

/** Runs statements, and prints what they return. */
export interface SqlSession extends SessionOptions {
  readonly console: SqlConsole;
  /** Resolves with whether it succeeded; an error is printed. */
  readonly run: (statement: Statement, options?: PrintOptions) => Promise<boolean>;
}

export interface PrintOptions {
  readonly params?: readonly string[];
  /** Whether its rows are dropped. @default false */
  readonly isSilent?: boolean;
  /** Whether nothing is printed if there are no rows. @default false */
  readonly isOptional?: boolean;
}

/** At a terminal, longer values are cut. */
const maxValueWidth = 60;

export function createSession(console: SqlConsole, options: SessionOptions): SqlSession {
  const session: SqlSession = {
    ...options,
    console,
    run: async (statement, print = {}) => {
      try {
        await runStatement(session, statement, print);
        return true;
      } catch (error) {
        options.terminal.printError(describe(error, statement, session));
        return false;
      }
    },
  };
  return session;
}

async function runStatement(
  { console, terminal, format: name }: SqlSession,
  { sql }: Statement,
  { params = [], isSilent = false, isOptional = false }: PrintOptions,
): Promise<void> {
  refuseCopy(sql);
  const format = createFormat(name, terminal);
  const result = await console.run(sql, {
    params,
    listener: async (page) => {
      if (!isSilent && !(isOptional && page.rows.length === 0)) terminal.print(format.page(page));
      return (await terminal.flush?.()) ?? true;
    },
  });
  if (!isSilent && !(isOptional && result.rowCount === 0)) terminal.print(format.end(result));
}

function createFormat(name: RowFormatName, { isTerminal }: Terminal): RowFormat {
  if (name === 'json') return createJsonFormat();
  if (name === 'csv') return createCsvFormat();
  return createTableFormat(isTerminal ? { maxValueWidth } : {});
}

/** Its data would be neither sent nor printed, and READ ONLY does not keep it from writing files of the server. */
function refuseCopy(sql: string): void {
  if (!/^copy\b/i.test(sql)) return;
  const reason = new Error('COPY is not supported here; print rows with --csv, or copy with psql');
  throw new DatabaseError('defect', '0A000', reason);
}

function describe(error: unknown, statement: Statement, session: SessionOptions): string {
  if (error instanceof ConfigError) return `${error.message}\n`;
  if (!(error instanceof DatabaseError)) throw error;
  const hint = hintOf(error, session);
  const failure = describeStatementFailure(error);
  return formatStatementError(hint === undefined ? failure : { ...failure, hint }, statement);
}

/** What to do, where the command knows more than PostgreSQL. */
function hintOf({ kind, code, cause }: DatabaseError, { mayWrite, connectAdvice }: SessionOptions) {
  if (code === '25006' && !mayWrite) return 'statements may only read, unless --write is given';
  const isReported = Object(cause).severity !== undefined;
  return kind === 'away' && !isReported ? connectAdvice : undefined;
}

/** Prints a sentence about the session, not a result. */
export function printNotice(notice: string, { printError }: Terminal): void {
  printError(`${escapeControls(notice)}\n`);
}
