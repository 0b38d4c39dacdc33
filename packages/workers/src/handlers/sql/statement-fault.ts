import { type ProblemCode, requestError, type RequestError } from '@restmapper/core';
import type { CallPath, SqlStatement } from '@restmapper/endpoints';
import type { DatabaseError } from '../../database/database-error.ts';

export interface FaultOptions {
  readonly statement: Pick<SqlStatement, 'parameters' | 'verb'>;
  /** Whether a conflict with stored rows is answered 409. */
  readonly isConflictAnswered: boolean;
}

/** The codes for values of each part of a call. Identities come from the operator's own services. */
const codes: Partial<Readonly<Record<CallPath['part'], ProblemCode>>> = {
  data: 'INVALID_BODY',
  args: 'INVALID_QUERY',
  params: 'INVALID_PARAMS',
  headers: 'INVALID_HEADERS',
};

/**
 * The answer to a statement that failed because of the caller's values; `undefined` if it failed otherwise.
 *
 * | SQLSTATE | answer |
 * |---|---|
 * | class 22: a value does not fit its type | 422, with the value where PostgreSQL names it |
 * | 23502, 23514: a value is missing, or a check refuses it | 422 |
 * | 23503 of INSERT and UPDATE: the row that it refers to does not exist | 422 |
 * | 23505, 23P01, and 23503 of DELETE: it conflicts with another row | 409 `CONFLICT` if the file says so |
 */
export function answerToFault(error: DatabaseError, options: FaultOptions): RequestError | undefined {
  const { code } = error;
  const { statement, isConflictAnswered } = options;
  if (isConflict(code, statement)) return isConflictAnswered ? conflict(error) : undefined;
  if (code.startsWith('22')) return refusal(error, { statement, path: parameterIn(error, statement) });
  const detail = integrityFaults[code];
  if (detail === undefined) return undefined;
  return refusal(error, { statement, path: columnIn(error, statement), detail });
}

const integrityFaults: Readonly<Record<string, string>> = {
  '23502': 'a required value is missing',
  '23503': 'refers to something that does not exist',
  '23514': 'a value is not accepted',
};

function isConflict(code: string, { verb }: FaultOptions['statement']): boolean {
  return code === '23505' || code === '23P01' || (code === '23503' && verb === 'DELETE');
}

function conflict(cause: DatabaseError): RequestError {
  const detail = cause.code === '23503' ? 'it is still in use' : 'there is already one with these values';
  return requestError('CONFLICT', { detail, cause });
}

/** Answers that a value of the call cannot be used. */
export function refuseValue(path: CallPath, detail: string, cause: unknown): RequestError | undefined {
  const code = codes[path.part];
  if (code === undefined) return undefined;
  const pointer = path.names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const text = `\`${path.text}\` ${detail}`;
  return requestError(code, { detail: text, violations: [{ pointer, detail }], cause });
}

interface Refused {
  readonly statement: FaultOptions['statement'];
  /** The value at fault, if it is known. */
  readonly path: CallPath | undefined;
  readonly detail?: string;
}

function refusal(cause: DatabaseError, { statement, path, detail }: Refused): RequestError | undefined {
  const reason = detail ?? `does not fit: ${cause.message}`;
  if (path) return refuseValue(path, reason, cause);
  const parts = new Set(statement.parameters.map((parameter) => parameter.path.part));
  const part = (['data', 'args', 'params'] as const).find((each) => parts.has(each));
  const code = part && codes[part];
  return code && requestError(code, { detail: detail ?? `a value does not fit: ${cause.message}`, cause });
}

/** The parameter that PostgreSQL names in the context of the error, whose other words are localized. */
function parameterIn(
  { cause }: DatabaseError,
  { parameters }: FaultOptions['statement'],
): CallPath | undefined {
  const [, number] = /\$(\d+)/.exec(textOf(cause, 'where')) ?? [];
  return number === undefined ? undefined : parameters[Number(number) - 1]?.path;
}

/** The only value of the body that has the name of the column at fault. */
function columnIn({ cause }: DatabaseError, { parameters }: FaultOptions['statement']): CallPath | undefined {
  const column = textOf(cause, 'column');
  const named = parameters.filter(({ path }) => path.part === 'data' && path.names.at(-1) === column);
  return named.length === 1 ? named[0]?.path : undefined;
}

function textOf(error: unknown, name: string): string {
  const value: unknown = Reflect.get(Object(error), name);
  return typeof value === 'string' ? value : '';
}
