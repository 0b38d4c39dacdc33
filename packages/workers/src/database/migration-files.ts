import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type FileProblem, formatProblems } from '@restmapper/core';
import { readSqlText, splitStatements, type SqlMistake, sqlProblem } from '@restmapper/endpoints';

/** A file of the application's `migrations`. */
export interface MigrationFile {
  readonly number: number;
  /** `001_order.sql` */
  readonly name: string;
  readonly path: string;
  readonly sql: string;
  /** The same for both kinds of line ends. */
  readonly checksum: string;
}

/** The pointer of the folder in `endpoints.yaml`. */
const pointer = '/migrations';

const fileName = /^(\d{3,6})_[\w.-]+\.sql$/;

/**
 * Reads the migrations of an application, in order; other files of the folder than `.sql` are ignored.
 *
 * @throws ConfigError with every mistake: a wrong name, a number twice or left out, a file that is empty, not UTF-8, or
 * cannot run in a transaction.
 */
export async function readMigrationFiles(directory: string): Promise<readonly MigrationFile[]> {
  const names = (await listFolder(directory)).filter((name) => name.endsWith('.sql'));
  const misnamed = names.filter((name) => !fileName.test(name));
  if (misnamed.length > 0) {
    throw blame(`${misnamed.join(', ')} in ${directory} must be named as \`001_order.sql\``);
  }
  const files = await Promise.all(names.map((name) => readMigration(directory, name)));
  const sorted = files.toSorted((a, b) => a.number - b.number);
  assertNumbers(sorted, directory);
  const problems = sorted.flatMap(findProblems);
  if (problems.length > 0) throw new ConfigError(formatProblems(problems), problems);
  return sorted;
}

function blame(message: string): ConfigError {
  return new ConfigError(message, [], pointer);
}

async function listFolder(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') throw blame(`the folder ${directory} of the migrations does not exist`);
    if (code === 'ENOTDIR') throw blame(`${directory} is not a folder; the migrations are the files in one`);
    throw blame(`the folder ${directory} of the migrations cannot be read: ${String(error)}`);
  }
}

async function readMigration(directory: string, name: string): Promise<MigrationFile> {
  const path = join(directory, name);
  const sql = readSqlText(await readFile(path));
  if (sql === undefined) throw blame(`the migration ${path} is not UTF-8`);
  const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
  return { number: Number.parseInt(name, 10), name, path, sql, checksum };
}

function assertNumbers(files: readonly MigrationFile[], directory: string): void {
  for (const [place, { number, name }] of files.entries()) {
    const before = files[place - 1];
    if (before?.number === number) {
      throw blame(`${before.name} and ${name} in ${directory} have the same number; give one the next`);
    }
    if (number !== place + 1) {
      const missing = String(place + 1).padStart(3, '0');
      throw blame(
        `there is no ${missing}_….sql in ${directory}, before ${name}; number the migrations without gaps`,
      );
    }
  }
}

/** What a transaction cannot contain, and what to do instead. */
const forbidden: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /^(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b/i,
    'each migration is one transaction of its own; remove this statement',
  ],
  [
    /^(?:CREATE(?:\s+UNIQUE)?\s+INDEX|DROP\s+INDEX|REINDEX\b.*)\s+CONCURRENTLY\b|^(?:VACUUM|CREATE\s+DATABASE|DROP\s+DATABASE|ALTER\s+SYSTEM)\b/i,
    'this statement cannot run in a transaction, as migrations do; run it by hand, with `restmapper sql`',
  ],
];

function findProblems({ path: file, sql }: MigrationFile): readonly FileProblem[] {
  const { statements, rest, isOpen } = splitStatements(sql);
  const all = [...statements, ...(rest ? [rest] : [])];
  const mistakes: SqlMistake[] = [];
  if (all.length === 0) mistakes.push({ message: 'the migration has no statement', place: 0 });
  if (isOpen && rest)
    mistakes.push({
      message: 'a quote, a comment or a parenthesis is not closed',
      place: sql.length - rest.sql.length,
    });
  const problems = mistakes.map((mistake) => sqlProblem({ file, text: sql }, mistake));
  const places = all.flatMap(({ sql: statement, line }) => {
    const advice = forbidden.find(([pattern]) => pattern.test(statement))?.[1];
    return advice === undefined ? [] : [{ message: advice, place: startOfLine(sql, line) }];
  });
  return [...problems, ...places.map((mistake) => sqlProblem({ file, text: sql }, mistake))];
}

function startOfLine(text: string, line: number): number {
  return (
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0)
  );
}
