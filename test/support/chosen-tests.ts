import { existsSync, statSync } from 'node:fs';
import { globSync } from 'tinyglobby';

/** The parsed arguments of a test run. */
export interface ChosenTests {
  /** The test files that are named by path, pattern or folder. */
  readonly files: readonly string[];
  /** The arguments that mocha gets unchanged. */
  readonly options: readonly string[];
  /** Whether tests are chosen by their titles. */
  readonly byTitle: boolean;
}

const titleOptions = new Set(['-g', '--grep', '-f', '--fgrep']);
const valueOption =
  /^(-[gfRtOrsju]|--(f?grep|reporter|timeout|reporter-options?|require|slow|jobs|ui|retries))$/;

/** Separates the files in mocha's arguments from its options. @throws Error when a name matches no test. */
export function parseChosenTests(args: readonly string[]): ChosenTests {
  const files = new Set<string>();
  const options: string[] = [];
  for (const [index, arg] of args.entries()) {
    const isValue = valueOption.test(args[index - 1] ?? '');
    if (isValue || !(arg.includes('.test.ts') || existsSync(arg))) options.push(arg);
    else for (const file of findNamed(arg)) files.add(file);
  }
  const byTitle = options.some((option) => titleOptions.has(option.split('=', 1)[0] ?? ''));
  return { files: [...files], options, byTitle };
}

function findNamed(name: string): readonly string[] {
  if (existsSync(name) && !statSync(name).isDirectory()) return [name];
  const files = findTests([existsSync(name) ? `${name}/**/*.test.ts` : name]);
  if (files.length === 0) throw new Error(`there is no test file ${name}`);
  return files;
}

/** The test files that match patterns, sorted by path. */
export function findTests(patterns: readonly string[], ignore: readonly string[] = []): readonly string[] {
  return globSync([...patterns], { ignore: ['**/node_modules/**', ...ignore] }).sort();
}
