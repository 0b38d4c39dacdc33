import { DatabaseError } from './errors.ts';
import type { DatabaseErrorKind } from './errors.ts';

const dataClasses = new Set(['21', '22', '23', '54']);
const awayClasses = new Set(['08', '40', '53', '55', '57', '58']);
const readOnlyTransaction = '25006';

/** The names of system errors, such as ECONNREFUSED and EAI_AGAIN; not Node's own, ERR_…, and no SQLSTATE. */
const systemErrorCode = /^E(?!RR_)[A-Z_]+$/;

/** What `pg` reports without any code when a connection ends, stalls or cannot be had. */
const connectionLost =
  /connection terminated|timeout|not queryable|connection error|pool after calling end|client was closed/i;

/** Classifies what a statement failed with; see {@link DatabaseErrorKind} for the table. */
export function toDatabaseError(thrown: unknown): DatabaseError {
  if (thrown instanceof DatabaseError) return thrown;
  const cause = firstError(thrown);
  const code = codeOf(cause);
  return new DatabaseError(kindOf(code, cause.message), code, cause);
}

/**
 * Classifies what connecting failed with: always `away`, also for a wrong password or a database
 * that does not exist, since no statement is at fault.
 */
export function toConnectError(thrown: unknown): DatabaseError {
  const cause = firstError(thrown);
  return new DatabaseError('away', codeOf(cause), cause);
}

function kindOf(code: string, message: string): DatabaseErrorKind {
  const sqlClass = code.slice(0, 2);
  if (systemErrorCode.test(code) || awayClasses.has(sqlClass) || code === readOnlyTransaction) return 'away';
  if (dataClasses.has(sqlClass)) return 'data';
  return code === '' && connectionLost.test(message) ? 'away' : 'defect';
}

/** Trying several addresses of a host fails with an AggregateError, whose own message is empty. */
function firstError(thrown: unknown): Error {
  if (thrown instanceof AggregateError && thrown.errors[0] instanceof Error) return thrown.errors[0];
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
