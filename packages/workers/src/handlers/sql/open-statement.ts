import { readFile } from 'node:fs/promises';
import { ConfigError, type FileProblem, formatProblems } from '@restmapper/core';
import {
  type CallShape,
  describeSqlMistake,
  pointerStep,
  readCallStatement,
  readSqlText,
  type SqlMistake,
  sqlProblem,
  type SqlStatement,
} from '@restmapper/endpoints';
import type { Database } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import { describeStatementFailure } from '../../database/statement-failure.ts';
import { unready } from '../../database/table-fault.ts';
import type { WorkerOf } from '../../work/handler-room.ts';
import { describeStatement, preparePrefixLength } from './describe-statement.ts';
import { type JsonQuery, toJsonQuery } from './json-query.ts';
import type { ParameterForm } from './sql-parameter.ts';

/** The statement of a worker. */
export interface OpenStatement {
  readonly statement: SqlStatement;
  readonly query: JsonQuery;
  /** Has PostgreSQL prepare it. @throws ConfigError if it is wrong, DatabaseError */
  readonly describe: (db: Database) => Promise<readonly ParameterForm[]>;
}

/**
 * Reads and parses the statement of a worker.
 *
 * @throws ConfigError with every mistake: in its file, or at the pointer of its text in `endpoints.yaml`.
 */
export async function openStatement(worker: WorkerOf<'sql'>, endpoint?: CallShape): Promise<OpenStatement> {
  const { statement: source, expect } = worker.use;
  const text = 'text' in source ? source.text : await readStatementFile(worker, source.path);
  const read = readCallStatement(text, { expect, endpoint });
  const blame = (mistakes: readonly SqlMistake[]): ConfigError => mistakeError(worker, { text, mistakes });
  if (!('sql' in read)) throw blame(read);
  const query = toJsonQuery(read, expect);
  const describe = async (db: Database): Promise<readonly ParameterForm[]> => {
    try {
      const { forms, repeated } = await describeStatement(db, query, read.parameters.length);
      if (repeated === undefined) return forms;
      const message = `two columns of the result are named ${repeated}; rename one of them, with AS`;
      throw blame([{ message, place: read.placeOf(read.mainStart) }]);
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
      if (error.code === '42501') throw unready(`worker ${worker.name}: ${error.message} (42501)`, error);
      throw blame([toMistake(error, query)]);
    }
  };
  return { statement: read, query, describe };
}

/** PostgreSQL counts characters, not UTF-16 units. */
function toMistake(error: DatabaseError, query: JsonQuery): SqlMistake {
  const { code, message, position, hint } = describeStatementFailure(error);
  // The place follows, so the hint does not end the sentence.
  const advice = hint === undefined ? '' : `; ${hint.replace(/\.$/, '')}`;
  const index = position === undefined ? 0 : position - 1 - preparePrefixLength;
  const units = Array.from(query.sql).slice(0, Math.max(0, index)).join('').length;
  return { message: `${code}: ${message}${advice}`, place: query.placeOf(units) ?? 0 };
}

interface Mistaken {
  readonly text: string;
  readonly mistakes: readonly SqlMistake[];
}

function mistakeError({ name, use }: WorkerOf<'sql'>, { text, mistakes }: Mistaken): ConfigError {
  const { statement } = use;
  if ('path' in statement) {
    const problems: readonly FileProblem[] = mistakes.map((mistake) =>
      sqlProblem({ file: statement.path, text }, mistake),
    );
    return new ConfigError(formatProblems(problems), problems);
  }
  const reasons = mistakes.map((mistake) => describeSqlMistake(text, mistake)).join('; ');
  const [first] = mistakes;
  const within = first && { text, index: first.place };
  return new ConfigError(`worker ${name}: ${reasons}`, [], { pointer: placeOf(name), within });
}

function placeOf(worker: string): string {
  return `/workers${pointerStep(worker)}/statement`;
}

async function readStatementFile({ name }: WorkerOf<'sql'>, path: string): Promise<string> {
  const blame = (reason: string): ConfigError =>
    new ConfigError(`worker ${name}: the statement ${path} ${reason}`, [], placeOf(name));
  const bytes = await readFile(path).catch((error: unknown) => {
    throw blame(reasonOf(error));
  });
  const text = readSqlText(bytes);
  if (text === undefined) throw blame('is not UTF-8');
  return text;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT') return 'does not exist; it is relative to the file that names it';
  if (code === 'EISDIR') return 'is a folder; name a file in it';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
