import { readFile } from 'node:fs/promises';
import { ConfigError, type FileProblem, formatProblems } from '@restmapper/core';
import {
  type CallShape,
  describeSqlMistake,
  pointerStep,
  readCallStatement,
  readExistsQuery,
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
import { type JsonQuery, toExistsQuery, toJsonQuery } from './json-query.ts';
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
  const blame: Blame = (mistakes) => mistakeError(worker, { text, mistakes });
  if (!('sql' in read)) throw blame(read);
  const query = toJsonQuery(read, expect);
  return { statement: read, query, describe: createDescribe(worker, { statement: read, query, blame }) };
}

/** Parses the query `exists` of a worker, if it has one. @throws ConfigError like {@link openStatement} */
export function openExists(worker: WorkerOf<'sql'>, endpoint?: CallShape): OpenStatement | undefined {
  const { exists } = worker.use;
  if (!exists) return undefined;
  const { text } = exists;
  const read = readExistsQuery(text, endpoint);
  const blame: Blame = (mistakes) => textError(worker, { text, mistakes, key: 'exists' });
  if (!('sql' in read)) throw blame(read);
  const query = toExistsQuery(read);
  return { statement: read, query, describe: createDescribe(worker, { statement: read, query, blame }) };
}

type Blame = (mistakes: readonly SqlMistake[]) => ConfigError;

function createDescribe(
  { name, use }: WorkerOf<'sql'>,
  { statement, query, blame }: Pick<OpenStatement, 'statement' | 'query'> & { readonly blame: Blame },
): OpenStatement['describe'] {
  const columns = use.headers.map(({ column }) => column);
  const parameterCount = statement.parameters.length;
  return async (db) => {
    try {
      const { forms, repeated, absent } = await describeStatement(db, query, { parameterCount, columns });
      const place = statement.placeOf(statement.mainStart);
      if (repeated !== undefined) {
        const message = `two columns of the result are named ${repeated}; rename one of them, with AS`;
        throw blame([{ message, place }]);
      }
      if (absent === undefined) return forms;
      throw blame([{ message: `the result has no column \`${absent}\`, which \`headers\` names`, place }]);
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
      if (error.code === '42501') throw unready(`worker ${name}: ${error.message} (42501)`, error);
      throw blame([toMistake(error, query)]);
    }
  };
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

function mistakeError(worker: WorkerOf<'sql'>, { text, mistakes }: Mistaken): ConfigError {
  const { statement } = worker.use;
  if ('path' in statement) {
    const problems: readonly FileProblem[] = mistakes.map((mistake) =>
      sqlProblem({ file: statement.path, text }, mistake),
    );
    return new ConfigError(formatProblems(problems), problems);
  }
  return textError(worker, { text, mistakes, key: 'statement' });
}

function textError(
  { name }: WorkerOf<'sql'>,
  { text, mistakes, key }: Mistaken & { readonly key: 'statement' | 'exists' },
): ConfigError {
  const reasons = mistakes.map((mistake) => describeSqlMistake(text, mistake)).join('; ');
  const [first] = mistakes;
  const within = first && { text, index: first.place };
  return new ConfigError(`worker ${name}: ${reasons}`, [], { pointer: placeOf(name, key), within });
}

function placeOf(worker: string, key: 'statement' | 'exists' = 'statement'): string {
  return `/workers${pointerStep(worker)}/${key}`;
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
