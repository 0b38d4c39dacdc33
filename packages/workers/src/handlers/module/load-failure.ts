import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTypeScript, readsTypeScript } from './import-module.ts';
import { explainSyntax, placeOf } from './syntax-failure.ts';

/** Explains a failure of the module at a path, and says what to do. */
type Explain = (error: Error, path: string) => string;

/**
 * What the codes of Node's loaders mean.
 *
 * @see https://nodejs.org/api/errors.html
 */
const byCode: Readonly<Record<string, Explain>> = {
  ERR_MODULE_NOT_FOUND: explainMissing,
  MODULE_NOT_FOUND: explainMissing,
  ERR_UNSUPPORTED_DIR_IMPORT: explainFolder,
  ERR_UNKNOWN_FILE_EXTENSION: explainExtension,
  ERR_PACKAGE_PATH_NOT_EXPORTED: ({ message }) =>
    `it imports what a package does not export; see \`exports\` in the package's package.json: ${message}`,
  ERR_UNKNOWN_BUILTIN_MODULE: ({ message }) =>
    `it imports what Node ${process.versions.node} does not have; use a newer Node: ${message}`,
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING: () =>
    'Node reads no TypeScript below node_modules; compile it to JavaScript',
  ERR_IMPORT_ATTRIBUTE_MISSING: explainJson,
  ERR_IMPORT_ASSERTION_TYPE_MISSING: explainJson,
  ERR_REQUIRE_ASYNC_MODULE: () =>
    'it requires a module with a top-level await; use `await import(…)` instead of `require(…)`',
};

/** Says in a sentence why a module could not be loaded, and what to do. */
export async function explainLoadFailure(thrown: unknown, path: string): Promise<string> {
  if (!(thrown instanceof Error)) return `it throws while it is loaded: ${String(thrown)}`;
  const code = 'code' in thrown ? String(thrown.code) : '';
  return (
    byCode[code]?.(thrown, path) ??
    (await explainSyntax(thrown, path)) ??
    `it throws while it is loaded: ${String(thrown)}${placeOf(thrown)}`
  );
}

function explainMissing(error: Error, path: string): string {
  const [, wanted = ''] = /^Cannot find (?:package|module) '(.*?)'/.exec(error.message) ?? [];
  const file = 'url' in error ? fileURLToPath(String(error.url)) : fileIn(wanted, error, path);
  if (file === undefined) {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(wanted)?.[0] ?? wanted;
    return `the package ${name} is not installed; run \`npm install ${name}\` in the module's project`;
  }
  const neighbour = neighbourOf(file);
  if (file === path) {
    const advice =
      neighbour === undefined
        ? 'a relative path begins at the folder of the file that names it'
        : `did you mean ${neighbour}?`;
    return `there is no such file; ${advice}`;
  }
  const advice =
    neighbour === undefined ? '' : `; import ${neighbour}, since an import names the file with its extension`;
  return `it imports ${file}, which does not exist${advice}`;
}

/** The file that a `require` asked for; `undefined` for a package. */
function fileIn(wanted: string, error: Error, path: string): string | undefined {
  if (wanted.startsWith('/')) return wanted;
  if (!wanted.startsWith('.')) return undefined;
  const [from = path] = 'requireStack' in error ? (error.requireStack as readonly string[]) : [];
  return resolve(dirname(from), wanted);
}

/** A file of that name with another extension. */
function neighbourOf(file: string): string | undefined {
  const stem = file.slice(0, file.length - extname(file).length);
  const names = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'].flatMap((extension) => [
    stem + extension,
    file + extension,
  ]);
  return names.find((name) => name !== file && existsSync(name));
}

function explainFolder(error: Error, path: string): string {
  const [, folder = path] = /^Directory import '(.*?)'/.exec(error.message) ?? [];
  return folder === path
    ? 'it is a folder; name a file in it'
    : `it imports the folder ${folder}; name a file in it`;
}

function explainExtension(error: Error, path: string): string {
  const [, file = path] = / for (.*)$/.exec(error.message) ?? [];
  const subject = file === path ? 'it' : `${file}, which it imports,`;
  if (!isTypeScript(file)) {
    return `${subject} is nothing that Node runs; name a file that ends with .js, .mjs, .cjs or .ts`;
  }
  if (readsTypeScript()) return `${subject} cannot be read: ${error.message}`;
  return `${subject} is TypeScript, which Node ${process.versions.node} does not read; use Node 22.18 or later, or run \`npm install --save-dev tsx\` in the module's project`;
}

function explainJson({ message }: Error): string {
  return `it imports JSON without \`with { type: 'json' }\`: ${message}`;
}
