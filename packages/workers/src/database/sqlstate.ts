import { DatabaseError, type DatabaseErrorKind } from './database-error.ts';

const dataClasses = new Set(['21', '22', '23', '54']);

/** Shutting down, starting, out of disk, memory or connections, read-only, and rolled back in favour of another transaction. */
const awayCodes = new Set('57P01 57P02 57P03 53100 53200 53300 25006 40001 40P01'.split(' '));

/** The names of system errors, such as ECONNREFUSED and EAI_AGAIN; not Node's own, ERR_…. */
const systemErrorCode = /^E(?!RR_)[A-Z_]+$/;

/** Errors of `pg` without a code when a connection ends, stalls or cannot be opened. */
const connectionLost =
  /connection terminated|timeout|not queryable|connection error|pool after calling end|client was closed/i;

/** The PostgreSQL functions that report errors raised by a procedure, under any SQLSTATE. */
const raisingRoutines = new Set([
  'exec_stmt_raise',
  'PLy_output',
  'PLy_elog_impl',
  'plperl_spi_exec',
  'pltcl_elog',
]);

/**
 * The source files of PostgreSQL's storage: an error there is a disk error, whichever statement read or
 * wrote.
 */
const storageFiles = new Set([
  'md.c',
  'fd.c',
  'bufmgr.c',
  'slru.c',
  'xlog.c',
  'smgr.c',
  'copydir.c',
  'relmapper.c',
]);

/** Matches the lines of an error's context that name a function; the surrounding words are localized. */
const functionContext = /PL\/|SQL function/;

/** PostgreSQL's report of an error. @see https://www.postgresql.org/docs/current/protocol-error-fields.html */
interface Report {
  readonly code: string;
  readonly message: string;
  readonly severity: string;
  /** The functions and statements that were running, one per line. */
  readonly where: string;
  /** The place in PostgreSQL's sources. */
  readonly file: string;
  readonly routine: string;
}

/** Classifies the error of a statement; see {@link DatabaseErrorKind} for the table. */
export function toDatabaseError(thrown: unknown): DatabaseError {
  if (thrown instanceof DatabaseError) return thrown;
  const cause = firstError(thrown);
  const report = reportOf(cause);
  return new DatabaseError(kindOf(report), report.code, cause);
}

/**
 * Classifies the error of connecting: always `away`, even for a wrong password or a database that does
 * not exist, since no statement is at fault.
 */
export function toConnectError(thrown: unknown): DatabaseError {
  const cause = firstError(thrown);
  return new DatabaseError('away', reportOf(cause).code, cause);
}

/** Whether the server's own storage failed: no message is at fault, however often it is retried. */
export function isStorageError({ kind, code }: DatabaseError): boolean {
  return kind === 'away' && (code === '53100' || code.startsWith('58'));
}

/** Whether the session survives the error. */
export function leavesSession(error: unknown): boolean {
  const { code, severity } = reportOf(firstError(error));
  return severity !== '' && !endsSession(severity) && !code.startsWith('57P0');
}

function kindOf(report: Report): DatabaseErrorKind {
  const { code, message, severity } = report;
  // A trigger can raise an SQLSTATE of that form, but only the server's reports have a severity.
  if ((severity === '' && systemErrorCode.test(code)) || endsSession(severity)) return 'away';
  if (!raisingRoutines.has(report.routine) && isServers(report)) return 'away';
  if (dataClasses.has(code.slice(0, 2))) return 'data';
  return code === '' && connectionLost.test(message) ? 'away' : 'defect';
}

function endsSession(severity: string): boolean {
  return severity === 'FATAL' || severity === 'PANIC';
}

/** A trigger that opens a missing file fails with class 58 too. */
function isServers({ code, where, file }: Report): boolean {
  if (!code.startsWith('58')) return awayCodes.has(code);
  return storageFiles.has(file) || !where.split('\n').some(namesForeignFunction);
}

function namesForeignFunction(line: string): boolean {
  return functionContext.test(line) && !line.includes('restmapper_append(');
}

/** Trying several addresses of a host fails with an AggregateError, whose message is empty. */
function firstError(thrown: unknown): Error {
  if (thrown instanceof AggregateError && thrown.errors[0] instanceof Error) return thrown.errors[0];
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function reportOf(error: Error): Report {
  const text = (name: string): string => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : '';
  };
  return {
    code: text('code'),
    message: error.message,
    severity: text('severity'),
    where: text('where'),
    file: text('file'),
    routine: text('routine'),
  };
}
