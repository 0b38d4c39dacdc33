import type { Delivery, Envelope } from '@restmapper/bus';
import { requestError, type RequestError } from '@restmapper/core';
import { type ExistsQuery, type ReplyColumn, type SqlStatement, valueAt } from '@restmapper/endpoints';
import type { Database } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import type { HandlerReply } from '../../work/outcome.ts';
import { readEnvelope } from '../../work/read-envelope.ts';
import type { WorkOne } from '../../work/work.ts';
import { isTooLarge, type JsonQuery, type JsonRow } from './json-query.ts';
import { toParameter, UnusableValue } from './sql-parameter.ts';
import { splitReply } from './split-reply.ts';
import { answerToFault, refuseValue } from './statement-fault.ts';
import type { StatementForms } from './statement-forms.ts';

/** A statement that can be run. */
export interface RunnableStatement {
  readonly statement: SqlStatement;
  readonly query: JsonQuery;
  readonly forms: StatementForms;
}

export interface SqlWorkOptions extends RunnableStatement {
  /** Columns that are headers of the answer. */
  readonly headers: readonly ReplyColumn[];
  /** Finds what a call is about, and the status of the answer if it does. */
  readonly exists: (RunnableStatement & Pick<ExistsQuery, 'status'>) | undefined;
  /** Whether a conflict with stored rows is answered 409. */
  readonly isConflictAnswered: boolean;
}

/** The built-in handler `sql`: runs its statement with the values of a call, and answers with the result. */
export function createSqlWork(options: SqlWorkOptions) {
  const { exists, headers, isConflictAnswered } = options;
  return async (delivery: Delivery, signal: AbortSignal, db: Database): Promise<HandlerReply> => {
    const run = async <Row extends object>(runnable: RunnableStatement): Promise<Row | undefined> => {
      const { statement, query } = runnable;
      const values = readEnvelope(delivery, (envelope) => valuesOf(envelope, runnable));
      try {
        const [row] = await db.query<Row>(query.sql, values, { signal, name: query.name });
        return row;
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        throw answerToFault(error, { statement, isConflictAnswered }) ?? error;
      }
    };
    const row = await run<JsonRow>(options);
    if (row && row.size !== null) return replyOf(row, headers);
    const isThere = exists && (await run<ExistsRow>(exists))?.found === 'true';
    throw isThere ? inOtherState(exists.status) : notFound();
  };
}

/** The row of the query `exists`. */
interface ExistsRow {
  readonly found: string;
}

function notFound(): RequestError {
  return requestError('NOT_FOUND', { detail: 'there is nothing like that' });
}

function inOtherState(status: ExistsQuery['status']): RequestError {
  return status === 412
    ? requestError('PRECONDITION_FAILED', { detail: 'it is no longer in the state that the request names' })
    : requestError('CONFLICT', { detail: 'its state does not allow this' });
}

/** Has PostgreSQL prepare the statement before its first run, and again when a run fails as if a table had changed. */
export function withForms(work: WorkOne, forms: StatementForms): WorkOne {
  return async (delivery, signal) => {
    await forms.learn();
    try {
      return await work(delivery, signal);
    } catch (error) {
      if (error instanceof DatabaseError && error.code.startsWith('42')) await forms.relearn();
      throw error;
    }
  };
}

/** @throws RequestError if a value cannot be one of PostgreSQL's */
function valuesOf(
  envelope: Envelope,
  { statement, forms }: Pick<RunnableStatement, 'statement' | 'forms'>,
): readonly (string | null)[] {
  const { known } = forms;
  return statement.parameters.map(({ path }, place) => {
    try {
      return toParameter(valueAt(path, envelope), known[place] ?? 'scalar');
    } catch (error) {
      if (!(error instanceof UnusableValue)) throw error;
      throw refuseValue(path, error.message, error) ?? error;
    }
  });
}

const nothing = Buffer.from('null');

/** @throws RequestError REPLY_TOO_LARGE, BAD_REPLY */
function replyOf(row: JsonRow, headers: readonly ReplyColumn[]): HandlerReply {
  if (isTooLarge(row)) {
    throw requestError('REPLY_TOO_LARGE', {
      detail: 'the result has more bytes than the bus carries; request less',
    });
  }
  if (row.reply === null) return { reply: nothing, status: 204 };
  const reply = Buffer.from(row.reply);
  return headers.length === 0 ? { reply } : splitReply(reply, headers);
}
