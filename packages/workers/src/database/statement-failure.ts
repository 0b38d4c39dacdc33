import type { DatabaseError } from './database-error.ts';

/** What PostgreSQL says about a failed statement. */
export interface StatementFailure {
  /** The SQLSTATE, or the socket's error code. */
  readonly code: string;
  readonly message: string;
  /** Where in the statement, in characters, from 1. */
  readonly position?: number;
  readonly detail?: string;
  readonly hint?: string;
  /** The functions that were running, one per line. */
  readonly where?: string;
}

/** Reads PostgreSQL's report. @see https://www.postgresql.org/docs/current/protocol-error-fields.html */
export function describeStatementFailure({ code, message, cause }: DatabaseError): StatementFailure {
  const { position, detail, hint, where } = Object(cause) as Readonly<Record<string, unknown>>;
  const at = Number(position);
  return {
    code,
    message,
    ...(at >= 1 && { position: at }),
    ...(typeof detail === 'string' && { detail }),
    ...(typeof hint === 'string' && { hint }),
    // That of a parameter says only where its value came from.
    ...(typeof where === 'string' && !where.startsWith('unnamed portal') && { where }),
  };
}
