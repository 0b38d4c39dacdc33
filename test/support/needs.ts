import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { programs } from './programs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a test file needs before it runs: a server, a build, or a program. */
export type Need = 'broker' | 'database' | 'packages' | 'page' | keyof typeof programs;

/**
 * The only file through which tests reach each thing; a test that imports it, directly or not, needs it.
 *
 * `needs.test.ts` verifies that there is no other access.
 */
export const sources: Readonly<Record<string, readonly Need[]>> = {
  'test/support/amqp.ts': ['broker'],
  'test/support/database.ts': ['database'],
  'test/support/broker.ts': ['rabbitmq'],
  'test/support/postgres.ts': ['postgresql'],
  'test/support/browser.ts': ['chromium', 'page'],
  'test/support/nginx.ts': ['nginx', 'page'],
  'test/support/pgbouncer.ts': ['pgbouncer'],
  'test/support/python.ts': ['pika'],
  'test/deploy/manifests.ts': ['kubectl'],
  'test/system/command.ts': ['packages'],
  'test/packaging/tarballs.ts': ['packages', 'page'],
};

/** The needs of all tests together. */
export const allNeeds: ReadonlySet<Need> = new Set(Object.values(sources).flat());

const importsOf = new Map<string, readonly string[]>();

/** The needs of test files, derived from their imports. Paths are absolute or relative to the repository. */
export function needsOf(files: Iterable<string>): ReadonlySet<Need> {
  const reached = reach(Array.from(files, (file) => resolve(root, file)));
  return new Set([...reached].flatMap((file) => sources[relative(root, file)] ?? []));
}

/** The files themselves, and all files of the repository that they import by path, directly or not. */
function reach(files: readonly string[]): ReadonlySet<string> {
  const reached = new Set(files);
  // Iterating over a growing set also visits the added elements.
  for (const file of reached) for (const imported of readImports(file)) reached.add(imported);
  return reached;
}

function readImports(file: string): readonly string[] {
  const known = importsOf.get(file);
  if (known) return known;
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
  const imports = importedFiles
    .filter(({ fileName }) => fileName.startsWith('.') && extname(fileName) === '.ts')
    .map(({ fileName }) => resolve(dirname(file), fileName))
    .filter((path) => existsSync(path));
  importsOf.set(file, imports);
  return imports;
}
