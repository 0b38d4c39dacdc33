import type { Delivery, Envelope } from '@restmapper/bus';
import { requestError } from '@restmapper/core';
import { type SqlStatement, valueAt } from '@restmapper/endpoints';
import type { Database } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import type { HandlerReply } from '../../work/outcome.ts';
import { readEnvelope } from '../../work/read-envelope.ts';
import type { WorkOne } from '../../work/work.ts';
import { isTooLarge, type JsonQuery, type JsonRow } from './json-query.ts';
import { toParameter, UnusableValue } from './sql-parameter.ts';
import { answerToFault, refuseValue } from './statement-fault.ts';
import type { StatementForms } from './statement-forms.ts';

export interface SqlWorkOptions {
  readonly statement: SqlStatement;
  readonly query: JsonQuery;
  readonly forms: StatementForms;
  /** Whether a conflict with stored rows is answered 409. */
  readonly isConflictAnswered: boolean;
}

/** The built-in handler `sql`: runs its statement with the values of a call, and answers with the result. */
export function createSqlWork(options: SqlWorkOptions) {
  const { statement, query, forms } = options;
  return async (delivery: Delivery, signal: AbortSignal, db: Database): Promise<HandlerReply> => {
    const values = readEnvelope(delivery, (envelope) => valuesOf(envelope, { statement, forms }));
    try {
      const [row] = await db.query<JsonRow>(query.sql, values, { signal, name: query.name });
      return replyOf(row);
    } catch (error) {
      throw (error instanceof DatabaseError && answerToFault(error, options)) || error;
    }
  };
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
  { statement, forms }: Pick<SqlWorkOptions, 'statement' | 'forms'>,
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

/** @throws RequestError NOT_FOUND, REPLY_TOO_LARGE */
function replyOf(row: JsonRow | undefined): HandlerReply {
  if (!row || row.size === null) throw requestError('NOT_FOUND', { detail: 'there is nothing like that' });
  if (isTooLarge(row)) {
    throw requestError('REPLY_TOO_LARGE', {
      detail: 'the result has more bytes than the bus carries; request less',
    });
  }
  return row.reply === null ? { reply: nothing, status: 204 } : { reply: Buffer.from(row.reply) };
}
