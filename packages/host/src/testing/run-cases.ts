import { existsSync, readFileSync } from 'node:fs';
import { ConfigError, type FileProblem } from '@restmapper/core';
import { type Database, isEmbeddedInstalled } from '@restmapper/workers';
import { describeFileError } from '../process/file-error.ts';
import { openModel } from '../process/model-file.ts';
import { type CaseFile, pointerOf } from './case-file.ts';
import type { Difference } from './differences.ts';
import { openTestSystem } from './open-test-system.ts';
import { planCases } from './plan-cases.ts';
import type { Step } from './raw-case-file.ts';
import { runStep } from './run-step.ts';
import type { TestSystem } from './test-system.ts';

/** How the cases of a file are run. */
export interface RunCasesOptions {
  /** The values of `${NAME}` in the file under test, unless the cases have their own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The URL of a PostgreSQL server. @default the embedded one */
  readonly database?: string | undefined;
  /** Whether to run the case of this title. @default all */
  readonly isChosen?: (title: string) => boolean;
  /** @default whether it is */
  readonly hasEmbedded?: boolean;
}

/** The result of a case. */
export interface CaseResult {
  readonly title: string;
  readonly line: number;
  readonly durationMs: number;
  /** What is not as expected; empty if it passes. */
  readonly problems: readonly CaseProblem[];
}

/** A difference, and its place in the file of cases. */
export interface CaseProblem extends FileProblem {
  readonly expected?: unknown;
  readonly actual?: unknown;
}

const noDatabase =
  'this case needs the embedded database; run `npm install @electric-sql/pglite`, or name a server with --database';

/**
 * Runs the cases of a file one after the other in one system; each begins without rows, messages and stubs.
 *
 * A case ends with its first step that is not as expected.
 * @throws ConfigError if the file under test, a module or an SQL file is invalid.
 */
export async function* runCases(file: CaseFile, options: RunCasesOptions): AsyncGenerator<CaseResult> {
  const { isChosen = () => true, database, hasEmbedded = isEmbeddedInstalled() } = options;
  const chosen = Object.entries(file.cases).filter(([title]) => isChosen(title));
  if (chosen.length === 0) return;
  if (!existsSync(file.file)) {
    const advice = 'name the file under test with the key `file`';
    throw new ConfigError(`${file.path} tests ${file.file}, which does not exist; ${advice}`);
  }
  const env = { ...options.env, ...file.env };
  const plan = planCases(openModel(file.file, env), file, { database, hasEmbedded });
  const { workers } = plan;
  const files = file.prepare.map((path) => ({ path, sql: readSql(path) }));
  const prepare = (db: Database): Promise<void> => runFiles(plan.database === 'none' ? [] : files, db);
  const opened = { env, database: plan.database, prepare, ...(workers && { workers }) };
  const system = await openTestSystem(file.file, opened);
  try {
    for (const [title, steps] of chosen) {
      const startMs = performance.now();
      const problems = plan.lacksDatabase(steps)
        ? [file.locate(pointerOf([title]), noDatabase)]
        : await runCase(system, file, { title, steps });
      const { line } = file.locate(pointerOf([title]), '');
      yield { title, line, durationMs: performance.now() - startMs, problems };
    }
  } finally {
    await system.close();
  }
}

interface Case {
  readonly title: string;
  readonly steps: readonly Step[];
}

async function runCase(
  system: TestSystem,
  { given, locate }: CaseFile,
  { title, steps }: Case,
): Promise<readonly CaseProblem[]> {
  await system.reset();
  for (const [index, sql] of given.entries()) {
    const error = await system.db.query(sql).then(() => undefined, messageOf);
    if (error !== undefined) return [locate(`/given/${index}`, error)];
  }
  for (const [index, step] of steps.entries()) {
    const differences = await runStep(system, step).catch((error: unknown) => [failureOf(step, error)]);
    if (differences.length === 0) continue;
    const cause = describeDefects(system, differences);
    return differences.map(({ path, message, expected, actual }, place) => ({
      ...locate(pointerOf([title, index, ...path]), `${nameOf(path)}${message}${place === 0 ? cause : ''}`),
      expected,
      actual,
    }));
  }
  return [];
}

/** A step that could not be run: there is no worker, a statement is wrong. */
function failureOf(step: Step, error: unknown): Difference {
  const key = ['request', 'message', 'sql'].find((key) => Object.hasOwn(step, key)) ?? '';
  return { path: [key], message: messageOf(error) };
}

/** The errors of handlers, which answers do not show. */
function describeDefects({ logged }: TestSystem, differences: readonly Difference[]): string {
  const errors = logged.flatMap(({ level, fields }) =>
    level === 'error' && 'err' in fields ? [fields.err] : [],
  );
  const unknown = errors.filter((error) =>
    differences.every(({ message }) => !message.includes(messageOf(error))),
  );
  return [...new Set(unknown.map(String))].map((error) => `; the log has ${error}`).join('');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `body.items[0].id ` for a place in an expectation. */
function nameOf([first, ...names]: Difference['path']): string {
  if (first !== 'expect') return '';
  const shown = names.filter((name) => name !== '$has');
  const parts = shown.map((name) => (typeof name === 'number' ? `[${name}]` : `.${name}`));
  return `${parts.join('').slice(1)} `;
}

interface SqlFile {
  readonly path: string;
  readonly sql: string;
}

async function runFiles(files: readonly SqlFile[], db: Database): Promise<void> {
  for (const { path, sql } of files) {
    await db.query(sql).catch((error: unknown) => {
      throw new ConfigError(`${path}: ${messageOf(error)}`);
    });
  }
}

function readSql(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${describeFileError(error)}`);
  }
}
